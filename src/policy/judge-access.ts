import { type PartyId, registryOf } from '../model/ids.ts'
import type { Service } from '../model/service.ts'
import type { Governance, Grant } from './governance.ts'
import { ownsRegistry } from './owns-registry.ts'
import { grantOf, joined, restrictedTo } from './agreement/agreed-grant.ts'
import { sayStanding } from './agreement/say-standing.ts'
import { standingOf } from './agreement/standing.ts'
import { sofiaDay } from '../model/sofia-day.ts'

/** `detail` names parties, services and dates, nothing from an application. */
export interface AccessRefusal {
  readonly code: 'access.unknown-party' | 'access.suspended' | 'access.not-granted' | 'access.legal-basis'
  readonly detail: string
}

export type Judgement =
  /** `file`: what it rests on for every registry that no agreement opens. */
  | { readonly granted: true; readonly grant: Grant; readonly file?: Grant }
  /** `grant` is the one that comes nearest, for those who explain. */
  | { readonly granted: false; readonly refusal: AccessRefusal; readonly grant?: Grant }

export interface Question {
  readonly consumer: PartyId
  readonly service: Service
  readonly at: Date
}

/** Registries that the service may ask, each once; an optional call counts like any other. */
export const registriesOf = (service: Service): readonly string[] => [
  ...new Set(service.calls.map(({ operation }) => registryOf(operation))),
]

const refuse = (code: AccessRefusal['code'], detail: string, grant?: Grant): Judgement => ({
  granted: false,
  refusal: { code, detail },
  ...(grant === undefined ? {} : { grant }),
})

const partyRefusal = (governance: Governance, consumer: PartyId): Judgement | undefined => {
  const party = governance.parties.get(consumer)
  if (party === undefined) return refuse('access.unknown-party', 'the consumer is not a party')
  if (party.state === 'suspended') return refuse('access.suspended', `${party.id} is suspended`)
  return party.role === 'consumer' ? undefined : refuse('access.not-granted', `${party.id} is not a consumer`)
}

const isInForce = (grant: Grant, date: string): boolean => grant.validFrom <= date && date <= grant.validUntil

const outOfForce = (grant: Grant, date: string): string =>
  date < grant.validFrom ? `begins on ${grant.validFrom}` : `ended on ${grant.validUntil}`

/** An approval counts only where the owner of the registry gave it, whatever the snapshot was loaded from. */
const isApproved = (governance: Governance, grant: Grant, registry: string): boolean => {
  const approval = grant.approvals[registry]
  return approval !== undefined && ownsRegistry(governance, approval.by, registry)
}

const NOT_ASKED = 'not asked for'

/** How one registry of the service is opened, or why it is not. */
interface Part {
  readonly registry: string
  readonly grant?: Grant
  readonly why: string
}

/** An agreement where the owner ever agreed to one; what a file grants, where it never did. */
const partOf = (governance: Governance, registry: string, question: Question, file: Grant | undefined): Part => {
  const { consumer, service, at } = question
  const standing = standingOf(governance, { consumer, service, registry }, at)
  if (standing.kind === 'agreed') return { registry, grant: grantOf(standing.agreement), why: '' }
  const why = standing.nearest === undefined ? NOT_ASKED : sayStanding(standing.nearest)
  const granted = standing.kind === 'open' && file !== undefined && isApproved(governance, file, registry)
  return { registry, ...(granted ? { grant: file } : {}), why }
}

/** Those of a file as one; none twice. */
const joinParts = (parts: readonly Part[]): Grant | undefined => {
  const files = parts.filter(({ grant }) => grant?.agreements === undefined)
  const [file] = files.flatMap(({ grant }) => grant ?? [])
  const [first, ...others] = parts.flatMap(({ grant }) => (grant?.agreements === undefined ? [] : [grant]))
  if (first === undefined) return file
  const rest = files.map(({ registry }) => registry)
  return joined([first, ...others, ...(file === undefined ? [] : [restrictedTo(file, rest)])])
}

const sayMissing = (governance: Governance, missing: readonly Part[]): string =>
  missing
    .map(({ registry, why }) => `${governance.owners.get(registry) ?? 'the owner'} for ${registry} (${why})`)
    .join(', ')

/** What files alone say, where no agreement was ever proposed. */
const judgeFile = (file: Grant | undefined, missing: readonly Part[], question: Question, governance: Governance) => {
  const { consumer, service, at } = question
  if (file === undefined) return refuse('access.not-granted', `${consumer} has no grant for ${service.ref}`)
  const date = sofiaDay(at)
  if (!isInForce(file, date))
    return refuse('access.not-granted', `the grant ${file.id} ${outOfForce(file, date)}`, file)
  const owners = missing.map(({ registry }) => `${governance.owners.get(registry) ?? 'the owner'} for ${registry}`)
  return refuse('access.not-granted', `the grant ${file.id} lacks the approval of ${owners.join(', ')}`, file)
}

/** Deny by default: who asks is an active consumer, and the owner of every registry agreed, by agreement or by file. */
export const judgeAccess = (governance: Governance, question: Question): Judgement => {
  const { consumer, service, at } = question
  const refused = partyRefusal(governance, consumer)
  if (refused !== undefined) return refused
  const date = sofiaDay(at)
  const grants = governance.grants.filter((grant) => grant.consumer === consumer && grant.service === service.ref)
  const inForce = grants.find((grant) => isInForce(grant, date))
  const parts = registriesOf(service).map((registry) => partOf(governance, registry, question, inForce))
  const missing = parts.filter(({ grant }) => grant === undefined)
  const grant = joinParts(parts)
  const file = parts.find((part) => part.grant !== undefined && part.grant === inForce)?.grant
  if (missing.length === 0 && grant !== undefined)
    return { granted: true, grant, ...(file === undefined ? {} : { file }) }
  const nearest = grant ?? inForce ?? grants.at(-1)
  if (parts.every((part) => part.grant?.agreements === undefined && part.why === NOT_ASKED))
    return judgeFile(inForce ?? grants.at(-1), missing, question, governance)
  return refuse(
    'access.not-granted',
    `${service.ref} for ${consumer} lacks the agreement of ${sayMissing(governance, missing)}`,
    nearest,
  )
}

/** Codes that both the service and the grant allow, and whose text is known. */
export const usableLegalBases = (governance: Governance, service: Service, grant: Grant): readonly string[] =>
  grant.legalBases.filter((code) => service.legalBases.includes(code) && governance.legalBases.has(code))
