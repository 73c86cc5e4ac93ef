import { type PartyId, registryOf } from '../model/ids.ts'
import type { Service } from '../model/service.ts'
import type { Governance, Grant } from './governance.ts'
import { localDate } from './local-date.ts'

/** `detail` names parties, services and dates, nothing from an application. */
export interface AccessRefusal {
  readonly code: 'access.unknown-party' | 'access.suspended' | 'access.not-granted' | 'access.legal-basis'
  readonly detail: string
}

export type Judgement =
  | { readonly granted: true; readonly grant: Grant }
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
  return approval !== undefined && approval.by === governance.owners.get(registry)
}

const missingApprovals = (governance: Governance, grant: Grant, service: Service): readonly string[] =>
  registriesOf(service)
    .filter((registry) => !isApproved(governance, grant, registry))
    .map((registry) => `${governance.owners.get(registry) ?? 'the owner'} for ${registry}`)

/** Deny by default: who asks is an active consumer, a grant is in force, and every owner approved it. */
export const judgeAccess = (governance: Governance, { consumer, service, at }: Question): Judgement => {
  const refused = partyRefusal(governance, consumer)
  if (refused !== undefined) return refused
  const date = localDate(at)
  const grants = governance.grants.filter((grant) => grant.consumer === consumer && grant.service === service.ref)
  const nearest = grants.find((grant) => isInForce(grant, date)) ?? grants.at(-1)
  if (nearest === undefined) return refuse('access.not-granted', `${consumer} has no grant for ${service.ref}`)
  if (!isInForce(nearest, date)) {
    return refuse('access.not-granted', `the grant ${nearest.id} ${outOfForce(nearest, date)}`, nearest)
  }
  const missing = missingApprovals(governance, nearest, service)
  if (missing.length > 0) {
    return refuse('access.not-granted', `the grant ${nearest.id} lacks the approval of ${missing.join(', ')}`, nearest)
  }
  return { granted: true, grant: nearest }
}

/** Codes that both the service and the grant allow, and whose text is known. */
export const usableLegalBases = (governance: Governance, service: Service, grant: Grant): readonly string[] =>
  grant.legalBases.filter((code) => service.legalBases.includes(code) && governance.legalBases.has(code))
