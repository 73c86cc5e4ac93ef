import { readFileSync } from 'node:fs'
import {
  actOn,
  agreementsFor,
  type RegistryOffer,
  type ServiceOffer,
  type Wish,
} from '../../client/compose-agreements.ts'
import type { AgreementContent, BoundParty } from '../../model/agreement.ts'
import type { AgreementProposal, AgreementView } from '../../model/agreement-view.ts'
import { partyId } from '../../model/ids.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import { systemClock } from '../../ops/clock.ts'
import { digestOf } from '../../policy/agreement/digest.ts'
import { developmentKeys } from '../compose.ts'
import { fill } from '../demo/words.ts'
import { settings } from '../settings.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { asParty, type Caller, type CallerOptions, keyOf } from './caller.ts'
import { printAsked } from './print.ts'
import { namedFields, wishedFields } from './wished-fields.ts'
import { WORDS } from './words.ts'

export interface RequestOptions extends CallerOptions {
  readonly service?: readonly string[]
  readonly allServices?: boolean
  readonly registry?: readonly string[]
  readonly fields?: readonly string[]
  /** Every field of the operations that --fields does not name. */
  readonly allFields?: boolean
  readonly checksOnly?: readonly string[]
  readonly withhold?: readonly string[]
  readonly legalBasis?: readonly string[]
  readonly purpose?: string
  readonly from?: string
  readonly until?: string
  readonly official?: readonly string[]
  readonly quota?: number
  readonly delegate?: string
  readonly delegateCertificate?: string
  readonly openCase?: boolean
}

/** Asks the owner of every registry that the services touch; all that is asked for stands or falls together. */
export const requestAccess = (options: RequestOptions): Promise<boolean> =>
  asParty(options, async (caller) => {
    const [services, registries] = await Promise.all([caller.client.services(), caller.client.registries()])
    const delegate = await delegateOf(options)
    const contents = chosen(services, options).flatMap((service) =>
      agreementsFor(wishOf(options, { service, registries, caller, delegate }), service, registries, systemClock()),
    )
    if (contents.length === 0) throw new WrongUsage('none of these services asks these registries')
    const made = await caller.client.propose(contents.map((content) => proposalOf(content, caller)))
    told(made, caller)
    return true
  })

function chosen(services: readonly ServiceOffer[], options: RequestOptions): readonly ServiceOffer[] {
  const wanted = options.service ?? []
  if ((options.allServices === true) === wanted.length > 0)
    throw new WrongUsage('say --service ID@VERSION, or --all-services')
  // Single questions are for clients of RegiX: who wants one of them names it.
  if (options.allServices === true) return services.filter(({ single }) => single !== true)
  const known = new Map(services.map((service) => [`${service.id}@${service.version}`, service]))
  const named = options.allFields === true || (options.fields ?? []).length > 0
  return wanted.map((ref) => {
    const service = known.get(ref)
    if (service === undefined)
      throw new WrongUsage(`there is no service ${ref}; known: ${[...known.keys()].join(', ')}`)
    if (service.single === true && !named)
      throw new WrongUsage(`${ref} gives fields and no checks: say which by --fields, or --all-fields`)
    return service
  })
}

interface Circumstances {
  readonly service: ServiceOffer
  readonly registries: readonly RegistryOffer[]
  readonly caller: Caller
  readonly delegate: BoundParty | undefined
}

function wishOf(options: RequestOptions, { service, registries, caller, delegate }: Circumstances): Wish {
  const from = options.from ?? sofiaDay(systemClock())
  const known = registries.map(({ id }) => id)
  requireKnown(options.registry, known)
  requireKnown(options.checksOnly, known)
  return {
    consumer: { party: caller.party, keys: keysFor(service, caller) },
    purpose: options.purpose ?? service.title.bg,
    validity: { from, until: options.until ?? aYearAfter(from) },
    fields: (options.allFields === true ? namedFields : wishedFields)(options.fields ?? [], registries),
    ...given({
      registries: options.registry,
      checksOnly: options.checksOnly,
      withhold: options.withhold,
      legalBases: options.legalBasis,
      officials: options.official,
      perDay: options.quota,
      openCase: options.openCase,
      delegate,
    }),
  }
}

/** A single question comes over its party's connection, and is signed where its client can do that. */
const keysFor = ({ single }: ServiceOffer, { key, connectionKey }: Caller): readonly string[] =>
  single === true ? [...new Set([key, connectionKey])] : [key]

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> }

/** Without what was not said. */
const given = <T extends object>(said: T): Given<T> =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Given<T>

function requireKnown(wanted: readonly string[] = [], known: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new WrongUsage(`there is no registry ${unknown}; known: ${known.join(', ')}`)
}

/** The last day of a year that begins on this one. */
function aYearAfter(from: string): string {
  const day = new Date(`${from}T00:00:00Z`)
  if (Number.isNaN(day.getTime())) throw new WrongUsage(`--from takes a date such as 2026-01-31, not ${from}`)
  day.setUTCFullYear(day.getUTCFullYear() + 1)
  day.setUTCDate(day.getUTCDate() - 1)
  return day.toISOString().slice(0, 10)
}

/** Bound to a key like the consumer: from a certificate file, or from the development PKI. */
async function delegateOf({ delegate, delegateCertificate }: RequestOptions): Promise<BoundParty | undefined> {
  if (delegate === undefined) return undefined
  const certificate =
    delegateCertificate === undefined
      ? (await developmentKeys(settings(), delegate)).seal.certificate
      : readFileSync(delegateCertificate, 'utf8')
  return { party: partyId(delegate), keys: [keyOf(certificate)] }
}

function proposalOf(content: AgreementContent, { party, sign }: Caller): AgreementProposal {
  const act = actOn({ digest: digestOf(content), content }, { act: 'accept', by: party }, systemClock())
  return { content, accept: sign(act) }
}

function told(agreements: readonly AgreementView[], { party, out, json }: Caller): void {
  if (json) {
    out.json({ agreements })
    return
  }
  const asked = agreements.length === 1 ? WORDS.askedOne : WORDS.asked
  out.line(fill(out.text(asked), party, agreements.length))
  printAsked(agreements, out)
  if (agreements.every(({ content }) => content.operations.every(({ fields }) => fields.length === 0)))
    out.line(`\n${out.text(WORDS.noFields)}`)
  const commands = new Set(agreements.map(({ content: { provider, registry } }) => approving(provider, registry)))
  out.line(`\n${out.text(commands.size === 1 ? WORDS.nextOne : WORDS.next)}`)
  for (const command of commands) out.line(`  ${command}`)
}

const approving = (provider: string, registry: string): string =>
  `npx edno access approve --party ${provider} --all --registry ${registry}`
