import canonicalize from 'canonicalize'
import type { OutcomeKind } from '../model/outcome.ts'
import { LogFault } from './log-fault.ts'

/** tlog-tiles writes the length of an entry in 16 bits. */
const ENTRY_LIMIT = 65_535

/** Of exchanges. */
export type LogEvent = 'opened' | 'answered' | 'refused'

/**
 * What came of a call as the log tells it. `answered`: the registry has, or has not, a record; which of the two would say of a person,
 * to a registry that knows whom the exchange is about, what another one has. The commitment to its answer holds it.
 */
export type LoggedOutcome = 'answered' | Exclude<OutcomeKind, 'found' | 'not-found'>

export const loggedOutcome = (outcome: OutcomeKind): LoggedOutcome =>
  outcome === 'found' || outcome === 'not-found' ? 'answered' : outcome

/** One call as the log tells it: what was asked of whom and whether an answer came, never about whom. */
export interface LoggedCall {
  readonly call: string
  readonly operation: string
  readonly outcome: LoggedOutcome
  readonly problem?: string
}

/**
 * One entry of the exchange log about an exchange, version 1 (`schemas/log-entry.v1.schema.json`). Holds codes, digests and commitments;
 * whatever is about a person, the case number included, is committed to inside the request bytes and never written.
 * Does not hold its own index: that is the tree's to say.
 */
export interface LogEntry {
  readonly v: 1
  /** Broker's clock, RFC 3339 UTC: a claim; the proof of time is the stamp over the checkpoint. */
  readonly time: string
  readonly event: LogEvent
  /** Absent where a refused application named none that is well formed. */
  readonly exchangeId?: string
  readonly consumer: string
  /** The party that the consumer acts for, by a recorded delegation. */
  readonly onBehalfOf?: string
  readonly service?: string
  /** Code of the legal basis. */
  readonly basis?: string
  readonly grant?: string
  /** SHA-256 (hex) of the governance in force. */
  readonly governance?: string
  /** SHA-256 (hex) of the certificate that signed the application. */
  readonly signerCertificate: string
  /** Base64url commitment to the received bytes. */
  readonly requestCommit: string
  /** SHA-256 (hex) of the record of what was decided and why; where it opened, or refused after deciding. */
  readonly decision?: string
  /** Base64url commitment to the answer's bytes. */
  readonly answerCommit?: string
  readonly status?: string
  /** The party that took the exchange back, where the status is `cancelled`. */
  readonly cancelledBy?: string
  readonly problem?: string
  readonly calls?: readonly LoggedCall[]
  /** SHA-256 (hex) of the commitments to what the registries answered (`entries.ts`): each of them would make receipts too long. */
  readonly receivedDigest?: string
}

/** What a party declared on an agreement; the agreement and the signed act are named by their digests. */
export interface AccessEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'access'
  /** SHA-256 (hex) of the agreement. */
  readonly agreement: string
  readonly act: string
  readonly by: string
  /** As whom: consumer, provider, delegate, operator. */
  readonly side: string
  readonly consumer: string
  readonly delegate?: string
  readonly provider: string
  readonly registry: string
  readonly service: string
  /** SHA-256 (hex) of the certificate that signed the act. */
  readonly signerCertificate: string
  /** SHA-256 (hex) of the JWS. */
  readonly jws: string
}

/** The files of the operator were changed while edno ran, and taken into force. */
export interface GovernanceEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'governance'
  /** SHA-256 (hex) of the governance that was in force, and of that which is. */
  readonly before: string
  readonly governance: string
  /** SHA-256 (hex) of what all the files say. */
  readonly files: string
  /** What changed, in words; ids only. */
  readonly changes: readonly string[]
}

/** Questions that are put together, written before they are. The store writes it, around a list that only it knows. */
export interface AskedEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'asked'
  readonly exchangeId: string
  readonly consumer: string
  readonly questions: readonly { readonly attempt: number; readonly call: string; readonly operation: string }[]
}

/** A call ended after the answer of its exchange had left; the entry commits to the bytes of its supplement. */
export interface LateEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'late'
  readonly exchangeId: string
  readonly consumer: string
  readonly call: string
  readonly operation: string
  readonly outcome: LoggedOutcome
  /** Base64url. */
  readonly supplementCommit: string
  /** Base64url commitment to the registry's answer as it came. */
  readonly received?: string
}

/** A call did not end by itself, or an operator decided on one that had not. */
export interface IncidentEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'incident'
  readonly change: 'opened' | 'retried' | 'closed'
  readonly exchangeId: string
  readonly consumer: string
  readonly call: string
  readonly operation: string
  readonly cause: 'tries-used-up' | 'interrupted'
  readonly problem?: string
  /** Base64url commitment to the operator's reason, under a salt of its own: nobody can try reasons out on it. */
  readonly reasonCommit?: string
}

/** Keys of edno differ from those of the last such entry. */
export interface KeyEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'key'
  /** Every key in use, by what it is for. */
  readonly inUse: readonly {
    readonly use: 'log' | 'seal' | 'next-seal' | 'callback'
    /** SHA-256 (hex): of a seal its certificate, of others the public key (SPKI, DER). */
    readonly sha256: string
  }[]
  /** What changed, in words; uses and digests only. */
  readonly changes: readonly string[]
}

/** Somebody read what is about the exchanges of others; written before anything of it leaves. */
export interface ReadEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'read'
  /** The party that asked, as which of its roles, over which client certificate (SHA-256, hex). */
  readonly by: string
  readonly role: string
  readonly certificate: string
  /** Kind of the question. */
  readonly what: string
  /** Base64url commitment to the question's canonical JSON. */
  readonly questionCommit: string
}

/** A consumer reported an error in the data of a registry, or its owner answered. */
export interface CorrectionEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'correction'
  /** UUID, the same at every step. */
  readonly correction: string
  readonly change: 'reported' | 'answered' | 'closed'
  readonly exchangeId: string
  readonly consumer: string
  readonly call: string
  readonly operation: string
  readonly by: string
  /** SHA-256 (hex) of the client certificate. */
  readonly certificate: string
  readonly result?: string
  /** Base64url commitment to what was said. */
  readonly textCommit: string
}

/** The consumer signed that the answer reached it. */
export interface AcknowledgedEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'acknowledged'
  readonly exchangeId: string
  readonly consumer: string
  /** The party that signed: the consumer, or its delegate. */
  readonly by: string
  /** SHA-256 (hex) of the certificate that signed. */
  readonly signerCertificate: string
  /** SHA-256 (hex) of the JWS. */
  readonly acknowledgement: string
}

/** How much there was of each kind: numbers only. */
export type Counts = Readonly<Record<string, number>>

/** What was kept of an exchange was erased on order: its data key is gone, and what was encrypted with it. */
export interface ErasedEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'erased'
  readonly exchangeId: string
  readonly consumer: string
  /** On whose order and by which law; never about a person. */
  readonly basis: string
  readonly before: Counts
  readonly after: Counts
}

/** What is kept, and for how long: content that was deleted because its time was over, and what must not be. */
export interface RetentionEntry {
  readonly v: 1
  readonly time: string
  readonly event: 'retention'
  /** `expired`: content, without what opens commitments; `run`: all that is left, keys included. */
  readonly change: 'expired' | 'run' | 'held' | 'released'
  /** The exchange that is held or released. */
  readonly exchangeId?: string
  readonly consumer?: string
  readonly basis?: string
  /** Exchanges whose time was over before this were looked at. */
  readonly due?: string
  /** Of exchanges of this class, where some are counted. */
  readonly retentionClass?: string
  readonly before?: Counts
  readonly after?: Counts
  /** Keys of months that were shredded, by their names. */
  readonly keys?: readonly string[]
}

export type AnyEntry =
  | LogEntry
  | AskedEntry
  | AccessEntry
  | GovernanceEntry
  | LateEntry
  | IncidentEntry
  | KeyEntry
  | ErasedEntry
  | ReadEntry
  | CorrectionEntry
  | AcknowledgedEntry
  | RetentionEntry

/** RFC 8785 bytes of an entry: what is hashed, stored and handed out. */
export function entryBytes(entry: AnyEntry): Buffer {
  const bytes = Buffer.from(canonicalize(entry) ?? '', 'utf8')
  if (bytes.length > ENTRY_LIMIT) throw new LogFault('entry-too-large', 'an entry has at most 65,535 bytes')
  return bytes
}
