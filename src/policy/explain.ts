import type { Agreement, AgreementDigest, AgreementStateName } from '../model/agreement.ts'
import type { LegalBasis } from '../model/exchange.ts'
import { type OperationRef, type PartyId, registryOf, type ServiceRef } from '../model/ids.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { Need, Service } from '../model/service.ts'
import { sayStanding } from './agreement/say-standing.ts'
import { type Stated, standingOf } from './agreement/standing.ts'
import { stateOf } from './agreement/state.ts'
import type { Approval, Governance, Grant } from './governance.ts'
import { disclosedBy } from './disclosed-by.ts'
import { type AccessRefusal, judgeAccess, type Question, registriesOf, usableLegalBases } from './judge-access.ts'

export interface ExplainedCall {
  readonly call: string
  readonly operation: OperationRef
  readonly need: Need
  /** Evidence paths that would come back; empty: only checks would. */
  readonly fields: readonly string[]
}

export interface ExplainedRegistry {
  readonly registry: string
  readonly owner?: { readonly id: PartyId; readonly name: LocalisedText }
  /** Absent: the owner has not agreed. */
  readonly approval?: Approval
  /** The agreement that is in force, or that comes nearest; absent where none was ever proposed. */
  readonly agreement?: {
    readonly digest: AgreementDigest
    readonly state: AgreementStateName
    /** In words: who agreed, or whom it waits for since when, or who ended it and why. */
    readonly standing: string
  }
  readonly calls: readonly ExplainedCall[]
}

/** What would happen, or why it would not; for people, without asking anybody. */
export interface Explanation {
  readonly allowed: boolean
  readonly refusal?: AccessRefusal
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly grant?: { readonly id: string; readonly validFrom: string; readonly validUntil: string }
  /** On which the application may rest; what the service allows, where there is no grant. */
  readonly legalBases: readonly LegalBasis[]
  readonly registries: readonly ExplainedRegistry[]
  readonly answerKeptHours: number
}

export interface ExplainQuestion extends Question {
  /** From the configuration. */
  readonly answerKeptHours: number
}

const stated = (agreement: Agreement, at: Date): Stated => ({
  agreement,
  state: stateOf(agreement.content, agreement.acts, at),
})

const explainAgreement = (
  governance: Governance,
  { consumer, service, at }: Question,
  registry: string,
): ExplainedRegistry['agreement'] => {
  const standing = standingOf(governance, { consumer, service, registry }, at)
  const nearest = standing.kind === 'agreed' ? stated(standing.agreement, at) : standing.nearest
  if (nearest === undefined) return undefined
  return { digest: nearest.agreement.digest, state: nearest.state.name, standing: sayStanding(nearest) }
}

const explainRegistry = (
  governance: Governance,
  question: Question,
  grant: Grant | undefined,
  registry: string,
): ExplainedRegistry => {
  const { service } = question
  const agreement = explainAgreement(governance, question, registry)
  const owner = governance.parties.get(governance.owners.get(registry) ?? ('' as PartyId))
  const approval = grant?.approvals[registry]
  return {
    registry,
    ...(owner === undefined ? {} : { owner: { id: owner.id, name: owner.name } }),
    ...(approval === undefined ? {} : { approval }),
    ...(agreement === undefined ? {} : { agreement }),
    calls: service.calls
      .filter(({ operation }) => registryOf(operation) === registry)
      .map(({ name, operation, need }) => ({
        call: name,
        operation,
        need,
        fields: grant === undefined ? [] : disclosedBy(grant, { name, operation }),
      })),
  }
}

const explainBases = (governance: Governance, service: Service, grant: Grant | undefined): readonly LegalBasis[] =>
  (grant === undefined ? service.legalBases : usableLegalBases(governance, service, grant)).flatMap((code) => {
    const text = governance.legalBases.get(code)
    return text === undefined ? [] : [{ code, text }]
  })

/** Which registries would be asked, on which basis, which fields come back and how long they are kept, or why not. */
export const explain = (governance: Governance, question: ExplainQuestion): Explanation => {
  const { consumer, service, answerKeptHours } = question
  const judgement = judgeAccess(governance, question)
  const grant = judgement.grant
  return {
    allowed: judgement.granted,
    ...(judgement.granted ? {} : { refusal: judgement.refusal }),
    consumer,
    service: service.ref,
    ...(grant === undefined
      ? {}
      : { grant: { id: grant.id, validFrom: grant.validFrom, validUntil: grant.validUntil } }),
    legalBases: explainBases(governance, service, grant),
    registries: registriesOf(service).map((registry) => explainRegistry(governance, question, grant, registry)),
    answerKeptHours: service.retention?.answerHours ?? answerKeptHours,
  }
}
