import type { Agreement, AgreementDigest, AgreementState } from '../../model/agreement.ts'
import type { PartyId, ServiceRef } from '../../model/ids.ts'
import type { Service } from '../../model/service.ts'
import type { Governance } from '../governance.ts'
import { ownsRegistry } from '../owns-registry.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import { asksOf } from './asks.ts'
import { agreedBy, stateOf } from './state.ts'

/** An agreement as it stands at some moment. */
export interface Stated {
  readonly agreement: Agreement
  readonly state: AgreementState
  /** The service asks this registry something else than what was agreed. */
  readonly outdated?: boolean
}

/**
 * What the agreements on one registry amount to for one consumer and service. `open`: its owner never agreed to any.
 * `closed`: it did once, so that no file speaks for it any more, but none is in force.
 */
export type RegistryStanding =
  | { readonly kind: 'agreed'; readonly agreement: Agreement }
  | { readonly kind: 'open'; readonly nearest?: Stated }
  | { readonly kind: 'closed'; readonly nearest: Stated }

/** Whether an agreement is what decides now. */
export interface Force {
  readonly inForce: boolean
  /** It was agreed, and would count; but another was agreed after it. */
  readonly replacedBy?: AgreementDigest
  /** It is the last word, but the service asks this registry something else than what was agreed, or is gone. */
  readonly outdated?: true
}

const indices = new WeakMap<readonly Agreement[], ReadonlyMap<string, readonly Agreement[]>>()

const keyOf = (consumer: PartyId, service: ServiceRef, registry: string): string => `${consumer} ${service} ${registry}`

/** By consumer, service and registry; made once for a snapshot. */
const indexOf = (agreements: readonly Agreement[]): ReadonlyMap<string, readonly Agreement[]> => {
  const known = indices.get(agreements)
  if (known !== undefined) return known
  const index = new Map<string, Agreement[]>()
  for (const agreement of agreements) {
    const { consumer, service, registry } = agreement.content
    const key = keyOf(consumer.party, service, registry)
    const same = index.get(key)
    if (same === undefined) index.set(key, [agreement])
    else same.push(agreement)
  }
  indices.set(agreements, index)
  return index
}

const lastSequence = ({ acts }: Agreement): number => acts.at(-1)?.sequence ?? 0

const newest = (stated: readonly Stated[], order: (agreement: Agreement) => number): Stated | undefined =>
  stated.toSorted((one, other) => order(one.agreement) - order(other.agreement)).at(-1)

const agreedSequence = ({ content, acts }: Agreement): number => agreedBy(content, acts)?.sequence ?? 0

const wasAgreed = ({ content, acts }: Agreement): boolean => agreedBy(content, acts) !== undefined

/**
 * Of those that were agreed and whose first day has come, the one agreed last is the only word, whatever became of it
 * since: it put an end to the others for good. Otherwise whoever ends what narrowed an older one would open that again.
 */
const lastWordOf = (all: readonly Stated[], date: string): Stated | undefined =>
  newest(
    all.filter(({ agreement }) => wasAgreed(agreement) && agreement.content.validity.from <= date),
    agreedSequence,
  )

/** All of one consumer, service and registry; one with somebody who does not own the registry (any more) is none. */
const statedOf = (
  governance: Governance,
  about: { readonly consumer: PartyId; readonly service: ServiceRef; readonly registry: string },
  at: Date,
): readonly Stated[] =>
  (indexOf(governance.agreements).get(keyOf(about.consumer, about.service, about.registry)) ?? [])
    .filter(({ content }) => ownsRegistry(governance, content.provider, about.registry))
    .map((agreement) => ({ agreement, state: stateOf(agreement.content, agreement.acts, at) }))

export const standingOf = (
  governance: Governance,
  question: { readonly consumer: PartyId; readonly service: Service; readonly registry: string },
  at: Date,
): RegistryStanding => {
  const { consumer, service, registry } = question
  const all = statedOf(governance, { consumer, service: service.ref, registry }, at)
  const date = sofiaDay(at)
  const damaged = all.find(({ agreement }) => agreement.damaged === true)
  if (damaged !== undefined) return { kind: 'closed', nearest: damaged }
  const last = lastWordOf(all, date)
  if (last?.state.inForce === true) return agreedOrOutdated(last, asksOf(service)[registry])
  if (last?.state.name === 'suspended') return { kind: 'closed', nearest: last }
  const superseded = ({ agreement }: Stated): boolean =>
    wasAgreed(agreement) && agreement.content.validity.from <= date && agreement !== last?.agreement
  return withoutForce(all.filter((stated) => !superseded(stated)))
}

const STANDS: readonly string[] = ['valid', 'suspended']

/**
 * What no agreement says of itself: its state follows from its content, its acts and the clock; whether it decides anything,
 * from the others too, and from what the service asks today (undefined: it is not in the catalogue).
 */
export const forceOf = (
  governance: Governance,
  service: Service | undefined,
  { digest, content }: Pick<Agreement, 'digest' | 'content'>,
  at: Date,
): Force => {
  const about = { consumer: content.consumer.party, service: content.service, registry: content.registry }
  const all = statedOf(governance, about, at)
  const own = all.find(({ agreement }) => agreement.digest === digest)
  const last = lastWordOf(all, sofiaDay(at))?.agreement
  if (own === undefined || last === undefined || !STANDS.includes(own.state.name)) return { inForce: false }
  const counted = wasAgreed(own.agreement) && content.validity.from <= sofiaDay(at)
  if (last.digest !== digest) return { inForce: false, ...(counted ? { replacedBy: last.digest } : {}) }
  if (service === undefined || asksOf(service)[content.registry] !== content.asks)
    return { inForce: false, outdated: true }
  const standing = standingOf(governance, { ...about, service }, at)
  return { inForce: standing.kind === 'agreed' }
}

/** Whoever may write service files could ask for more than the owner signed. */
const agreedOrOutdated = (last: Stated, asked: string | undefined): RegistryStanding =>
  last.agreement.content.asks === asked
    ? { kind: 'agreed', agreement: last.agreement }
    : { kind: 'closed', nearest: { ...last, outdated: true } }

const withoutForce = (all: readonly Stated[]): RegistryStanding => {
  const nearest = newest(all, lastSequence)
  if (nearest === undefined) return { kind: 'open' }
  return { kind: all.some(({ agreement }) => wasAgreed(agreement)) ? 'closed' : 'open', nearest }
}
