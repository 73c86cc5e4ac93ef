import type { GrantedAgreement } from '../model/agreement.ts'
import type { GrantedByFile } from '../model/decision.ts'
import type { Disclosure, LegalBasis } from '../model/exchange.ts'
import type { PartyId } from '../model/ids.ts'
import type { Counting } from '../model/quota.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Governance } from './governance.ts'
import { officialOf, requireSigner } from './agreement/judge-signer.ts'
import { countedBy } from './counted-by.ts'
import { disclosedBy } from './disclosed-by.ts'
import { grantDocument } from './grant-document.ts'
import { judgeAccess, type Question, usableLegalBases } from './judge-access.ts'

export interface AccessQuestion extends Question {
  /** Who signed, with which key (SHA-256 of its SubjectPublicKeyInfo). */
  readonly signer: { readonly party: PartyId; readonly key: string }
  readonly official: { readonly position: string }
  /** Code, as the application names it. */
  readonly legalBasis: string
}

export interface Decision {
  readonly grant: string
  readonly legalBasis: LegalBasis
  readonly disclosure: Disclosure
  readonly governanceDigest: string
  readonly agreements?: readonly GrantedAgreement[]
  /** Absent where it rests on agreements alone. */
  readonly file?: GrantedByFile
  /** Call → the limits that its questions count against. */
  readonly counting: Readonly<Record<string, Counting>>
  /** The official that asks, in the words of the grant; absent where it restricts none. */
  readonly official?: string
  /** No question without an open case. */
  readonly openCase: boolean
}

/**
 * May this consumer ask for this service now, on this basis? Pure; deny by default.
 * Throws `access.unknown-party`, `access.suspended`, `access.not-granted`, `access.delegation`, `access.key`,
 * `access.legal-basis`, `access.official`.
 */
export const decide = (governance: Governance, question: AccessQuestion): Decision => {
  const judgement = judgeAccess(governance, question)
  if (!judgement.granted) throw new BrokerError(judgement.refusal.code, judgement.refusal.detail)
  const { grant, file } = judgement
  requireSigner(governance, grant, question)
  const usable = usableLegalBases(governance, question.service, grant)
  const code = question.legalBasis
  const text = usable.includes(code) ? governance.legalBases.get(code) : undefined
  if (text === undefined) {
    throw new BrokerError(
      'access.legal-basis',
      `${question.service.ref} under the grant ${grant.id} rests on ${usable.join(', ')}`,
    )
  }
  const official = officialOf(grant, question.official.position)
  return {
    grant: grant.id,
    legalBasis: { code, text },
    disclosure: Object.fromEntries(question.service.calls.map((call) => [call.name, disclosedBy(grant, call)])),
    governanceDigest: governance.digest,
    ...(grant.agreements === undefined ? {} : { agreements: grant.agreements }),
    ...(file === undefined ? {} : { file: { grant: file.id, digest: grantDocument(file).digest } }),
    counting: countedBy(governance, grant, question.service),
    ...(official === undefined ? {} : { official }),
    openCase: grant.openCase === true,
  }
}
