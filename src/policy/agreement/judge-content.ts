import type { AgreementContent, BoundParty } from '../../model/agreement.ts'
import { type OperationRef, type PartyId, registryOf } from '../../model/ids.ts'
import type { Service } from '../../model/service.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { asksOf } from './asks.ts'
import { isField } from '../cross-check.ts'
import type { CatalogueSummary, Governance, PartyRole } from '../governance.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import { contentFault, type Judge, sayMistake } from './read-act.ts'
import { holdsIdentifier } from './holds-identifier.ts'

/** What a proposal is judged against. */
export interface KnownWorld {
  readonly governance: Governance
  readonly catalogue: CatalogueSummary
  /** Keys of a party's registered seals: SHA-256 of SubjectPublicKeyInfo. */
  readonly keysOf: (party: PartyId) => readonly string[]
  /** The same of its connections: what comes over one without a signature is proven by that key. No act is. */
  readonly connectionKeysOf: (party: PartyId) => readonly string[]
}

/** Another clock may be ahead by this much. */
export const CLOCK_AHEAD_MS = 300_000

/** By its schema. Refuses with `agreement.content`. */
export function readContent(value: unknown, judge: Judge): AgreementContent {
  const mistakes = judge(value)
  if (mistakes.length > 0) throw contentFault(mistakes.map(sayMistake))
  return value as AgreementContent
}

/**
 * Is it what catalogue and parties know? Judged once, when it is proposed. Refuses with `agreement.content`, naming what
 * is wrong.
 */
export function requireKnown(content: AgreementContent, world: KnownWorld, at: Date): void {
  const service = world.catalogue.services.find(({ ref }) => ref === content.service)
  const mistakes = [
    ...sides(content, world),
    ...words(content),
    ...dates(content, at),
    ...(service === undefined ? ['/service is not in the catalogue'] : ofService(content, service, world)),
  ]
  if (mistakes.length > 0) throw contentFault(mistakes)
}

/**
 * Judged again when one is accepted: the owner may have said meanwhile that of an operation only checks leave. Refuses with
 * `agreement.content`.
 */
export function requireDisclosable(content: AgreementContent, catalogue: CatalogueSummary): void {
  const mistakes = content.operations.flatMap(({ operation, fields: named }, index) =>
    named.length > 0 && isClosed(operation, catalogue) ? [closedFields(index)] : [],
  )
  if (mistakes.length > 0) throw contentFault(mistakes)
}

const isClosed = (operation: OperationRef, { operations: known }: CatalogueSummary): boolean =>
  known.get(operation)?.checksOnly === true
const closedFields = (index: number): string =>
  `/operations/${index}/fields names some: the operation is disclosed as a check only`

const sides = (content: AgreementContent, world: KnownWorld): readonly string[] => {
  const { consumer, provider, registry, delegate } = content
  const ids = [consumer.party, provider, ...(delegate === undefined ? [] : [delegate.party])]
  return [
    ...(world.governance.owners.get(registry) === provider ? [] : ['/provider does not own the registry']),
    ...(new Set(ids).size === ids.length ? [] : ['consumer, provider and delegate are different parties']),
    ...hasRole(world, provider, 'provider', '/provider'),
    ...bound(world, consumer, '/consumer'),
    ...(delegate === undefined ? [] : bound(world, delegate, '/delegate')),
    ...shared(content, world),
  ]
}

const hasRole = (world: KnownWorld, party: PartyId, role: PartyRole, where: string): readonly string[] => {
  const known = world.governance.parties.get(party)
  if (known?.role !== role) return [`${where} is no ${role} among the parties`]
  return known.state === 'active' ? [] : [`${where} is suspended`]
}

const bound = (world: KnownWorld, { party, keys }: BoundParty, where: string): readonly string[] => {
  const registered = [...world.keysOf(party), ...world.connectionKeysOf(party)]
  return [
    ...hasRole(world, party, 'consumer', `${where}/party`),
    ...keys.flatMap((key, index) =>
      registered.includes(key)
        ? []
        : [`${where}/keys/${index} is no key of a registered seal or connection of this party`],
    ),
  ]
}

/** With a key of the owner's in hand a consumer could agree with itself. */
const shared = ({ consumer, provider, delegate }: AgreementContent, world: KnownWorld): readonly string[] => {
  const owned = [...world.keysOf(provider), ...world.connectionKeysOf(provider)]
  return [...consumer.keys, ...(delegate?.keys ?? [])].some((key) => owned.includes(key))
    ? ['a key of the consumer or the delegate is also a key of the provider']
    : []
}

const words = ({ purpose, officials = [] }: AgreementContent): readonly string[] => [
  ...(holdsIdentifier(purpose) ? ['/purpose holds what looks like an identifier of a person or thing'] : []),
  ...(officials.some(holdsIdentifier) ? ['/officials hold what looks like an identifier of a person or thing'] : []),
]

const dates = ({ validity, createdAt }: AgreementContent, at: Date): readonly string[] => [
  ...(validity.from <= validity.until ? [] : ['/validity ends before it begins']),
  ...(sofiaDay(at) <= validity.until ? [] : ['/validity is over']),
  ...(Date.parse(createdAt) - at.getTime() <= CLOCK_AHEAD_MS ? [] : ['/createdAt lies in the future']),
]

const ofService = (content: AgreementContent, service: Service, world: KnownWorld): readonly string[] => {
  const calls = service.calls.filter(({ operation }) => registryOf(operation) === content.registry)
  return [
    ...(calls.length > 0 ? [] : ['/service asks nothing of this registry']),
    ...(content.asks === asksOf(service)[content.registry]
      ? []
      : ['/asks is not the digest of what the service asks this registry']),
    ...operations(content, new Set(calls.map(({ operation }) => operation))),
    ...fields(content, world.catalogue),
    ...content.withhold.flatMap((name, index) =>
      calls.some((call) => call.name === name) ? [] : [`/withhold/${index} is no call of the service to this registry`],
    ),
    ...bases(content, service, world.governance),
  ]
}

const operations = (content: AgreementContent, asked: ReadonlySet<string>): readonly string[] => {
  const named = content.operations.map(({ operation }) => operation)
  return [
    ...(new Set(named).size === named.length ? [] : ['/operations names one twice']),
    ...named.flatMap((operation, index) =>
      asked.has(operation) ? [] : [`/operations/${index} is none that the service asks this registry`],
    ),
    ...[...asked].flatMap((operation) =>
      named.some((each) => each === operation) ? [] : [`/operations lacks ${operation}`],
    ),
  ]
}

const fields = (content: AgreementContent, catalogue: CatalogueSummary): readonly string[] =>
  content.operations.flatMap(({ operation, fields: named }, index) => {
    if (named.length > 0 && isClosed(operation, catalogue)) return [closedFields(index)]
    const known = catalogue.operations.get(operation)
    return named.flatMap((path, place) =>
      isField(known?.fields ?? [], path) ? [] : [`/operations/${index}/fields/${place} is no field of the operation`],
    )
  })

const bases = (content: AgreementContent, service: Service, governance: Governance): readonly string[] =>
  content.legalBases.flatMap((code, index) => {
    if (!governance.legalBases.has(code)) return [`/legalBases/${index} is not known`]
    return service.legalBases.includes(code) ? [] : [`/legalBases/${index} is none that the service rests on`]
  })

/** A suspended party is refused everything. Refuses with `access.unknown-party` and `access.suspended`. */
export function requireActive(governance: Governance, party: PartyId): void {
  const known = governance.parties.get(party)
  if (known === undefined) throw new BrokerError('access.unknown-party', 'the signer is not a party')
  if (known.state !== 'active') throw new BrokerError('access.suspended', `${party} is suspended`)
}
