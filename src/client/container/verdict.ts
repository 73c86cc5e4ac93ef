import type { RevocationSubject } from '../../evidence/layout.ts'
import type { Unclear } from '../../pki/revocation-status.ts'

/** One thing that was looked into. `about`: the file, call or digest that it is about. */
export interface ContainerFinding {
  readonly what: ContainerFindingCode
  readonly holds: boolean
  readonly about?: string
  /** Of `registry.signature`: the subject of the certificate. */
  readonly by?: string
  /** Of `….not-revoked` and `….issuer-not-revoked`. */
  readonly word?: AuthorityWord
}

/** What an authority said of a certificate below it. */
export interface AuthorityWord {
  readonly kind: 'ocsp' | 'crl'
  readonly by: string
  /** When it said so, RFC 3339; absent where that cannot be believed. */
  readonly at?: string
  /** Why it does not show that the certificate was not revoked. */
  readonly why?: Unclear | 'revoked'
}

export type ContainerFindingCode =
  /** edno's signature holds under the certificate that it carries. */
  | 'container.signature'
  /** The container was signed with a seal that the reader knows. */
  | 'container.seal'
  /** Every file is the one that was signed, none is missing and none was added. */
  | 'container.files'
  | 'application.signature'
  | 'application.same-exchange'
  /** The log names the certificate that signed the application. */
  | 'application.signer'
  /** The authorities that come with the certificate of who signed or stamped issued it, one the other. */
  | `${RevocationSubject}.issuers`
  /** Its certificate was not revoked when edno relied on it. */
  | `${RevocationSubject}.not-revoked`
  /** Nor was that of an authority above it. */
  | `${RevocationSubject}.issuer-not-revoked`
  | 'answer.signature'
  | 'answer.certificate-dates'
  | 'answer.time-stamp'
  | 'answer.time-stamp-authority'
  | 'answer.of-request'
  | 'answer.same-exchange'
  | 'checkpoint.signature'
  | 'checkpoint.time-stamp'
  | 'checkpoint.time-stamp-authority'
  | 'entry.inclusion'
  | 'entry.same-exchange'
  | 'request.commitment'
  | 'answer.commitment'
  | 'decision.digest'
  | 'agreement.digest'
  | 'agreement.acts'
  | 'grant.digest'
  | 'registry.commitment'
  /** The registry's own signature over its answer, under a certificate that the reader vouches for. */
  | 'registry.signature'
  | 'supplement.signature'
  | 'supplement.commitment'
  | 'acknowledgement.signature'
  | 'acknowledgement.of-answer'
  | 'acknowledgement.entry'

/** What this file cannot tell. */
export interface Unknown {
  readonly what: UnknownCode
  readonly about?: string
  /** The subject of the certificate that is spoken of. */
  readonly by?: string
}

export type UnknownCode =
  /** The keys that judged came with the evidence. */
  | 'keys.own'
  /** Of certificates of agreements, of applicants and of the container nothing is kept. */
  | 'revocation'
  /** Nobody was asked about this certificate. */
  | `${RevocationSubject}.revocation`
  | 'application.absent'
  | 'answer.absent'
  /** It came through a channel, as a SOAP message that nobody signs. */
  | 'application.unsigned'
  | 'answer.unsigned'
  | 'content.erased'
  | 'content.expired'
  /** Access rests on a grant of edno's configuration, of which the decision holds the name and what it lets through. */
  | 'grant.configuration'
  /** The grant is here; that owners of registries approved it is what the operator wrote, and nobody signed. */
  | 'grant.unsigned'
  /** The decision rests on a grant of edno's configuration that is not here. */
  | 'grant.absent'
  /** It belongs to another registry, or was not found. */
  | 'agreement.absent'
  | 'salts.absent'
  | 'log.absent'
  | 'registry.other-persons-data'
  | 'registry.more-than-is-read'
  | 'registry.not-agreed-whole'
  /** No adapter for the operation was there when the container was made: what all of its answer is nobody could say. */
  | 'registry.operation-not-known'
  | 'registry.kept-by-its-registry'
  /** The registry's signature holds, under a certificate that nobody whom the reader named vouches for. */
  | 'registry.signature-authority'
  /** No certificate came with it. */
  | 'registry.signature-certificate'
  /** It holds by SHA-1 alone, which edno takes only where its operator allowed it. */
  | 'registry.signature-sha1'
  /** When it was there stands nowhere. */
  | 'registry.signature-time'
  | 'acknowledgement.absent'
  | 'time-stamp.authority'

/** `unknown`: nothing speaks against it, and something that would show it is not here. */
export type Reply = 'yes' | 'no' | 'unknown'

/** The three questions of a dispute. */
export interface Questions {
  /** Was it asked, so and by this consumer? */
  readonly asked: Reply
  /** Was it answered so? */
  readonly answered: Reply
  /** Did the answer reach the consumer? */
  readonly reached: Reply
}

export interface ContainerVerdict {
  /** True only if every finding holds. */
  readonly holds: boolean
  readonly findings: readonly ContainerFinding[]
  readonly unknown: readonly Unknown[]
  readonly questions: Questions
  readonly exchangeId?: string
  readonly consumer?: string
  readonly service?: string
  readonly view?: string
  /** Where the answer carries a time stamp that is over its signature. */
  readonly stamp?: { readonly at: string; readonly by: string }
}

/** What the reader knows by another way than the container; PEM texts and vkeys. */
export interface Pins {
  /** Seals of edno, of which any may have signed. */
  readonly seals: readonly string[]
  readonly logKey?: string
  readonly timeStampAuthorities?: string
  /** Of what registries sign by; authorities, or the registries' own certificates. */
  readonly registryAuthorities?: string
}
