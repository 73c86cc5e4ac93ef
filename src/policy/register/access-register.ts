import type { Agreement, AgreementAct, AgreementContent, Side } from '../../model/agreement.ts'
import type { NewLogEntry } from '../../store/log-entries.ts'
import type { Store } from '../../store/store.ts'
import type { KnownWorld } from '../agreement/judge-content.ts'

/** A consumer's wish: the content, and the JWS of its own acceptance. */
export interface Proposal {
  readonly content: unknown
  readonly accept: string
}

export interface AgreementSearch {
  readonly consumer?: string
  readonly provider?: string
  readonly registry?: string
  readonly service?: string
  readonly request?: string
}

export interface WalkFrom {
  /** Whose agreements; absent: everybody's. Now and then one of others comes along. */
  readonly among?: readonly string[]
  /** After this one, whose digest is known. */
  readonly after?: string
}

/** Where agreements are proposed, acted on and found. Every refusal is a `BrokerError`, and then nothing has changed. */
export interface AccessRegister {
  /**
   * All or nothing. `agreement.content`, `agreement.not-a-side`, `agreement.act-refused` (proposed before), `signature.*`,
   * `access.suspended`.
   */
  readonly propose: (proposals: readonly Proposal[], at: Date) => Promise<readonly Agreement[]>
  /** One signed act. Besides those above: `agreement.unknown`. */
  readonly act: (jws: string, at: Date) => Promise<Agreement>
  readonly find: (digest: string) => Promise<Agreement | undefined>
  /** In the order of recording. Whoever shows them judges who may see them. */
  readonly list: (search: AgreementSearch) => Promise<readonly Agreement[]>
  /** The same, a part at a time and never all in memory: rows that are not wanted are not read. */
  readonly walk: (search: AgreementSearch, from: WalkFrom) => AsyncIterable<Agreement>
}

/** Whose key made a JWS, and what it signed. */
export interface ProvenAct {
  readonly payload: Uint8Array
  readonly signer: { readonly party: string; readonly certificate: string; readonly key: string }
}

/** What one entry of the exchange log tells of an act. */
export interface LoggedAct {
  readonly act: AgreementAct
  readonly content: AgreementContent
  readonly side: Side
  /** SHA-256 of the certificate that signed. */
  readonly certificate: string
  readonly jws: string
  readonly at: Date
}

/** So that no party fills the register at the cost of all others. */
export interface RegisterLimits {
  /** Proposals of one consumer that wait for somebody. */
  readonly open: number
  /** Of these, for one registry in one service. */
  readonly openOfOne: number
  /** How often one side may suspend one agreement. Nobody is ever kept from resuming what it suspended, or from an end. */
  readonly suspensions: number
}

/** With 32 suspensions a side, their resumptions, the acceptances and an end, an agreement has no more than 200 acts. */
export const REGISTER_LIMITS: RegisterLimits = { open: 1000, openOfOne: 5, suspensions: 32 }

export interface RegisterParts {
  /** Absent: `REGISTER_LIMITS`. */
  readonly limits?: RegisterLimits
  readonly store: Pick<Store, 'db' | 'transaction'>
  /** Absolute folder of `agreement.v1.schema.json` and `agreement-act.v1.schema.json`. */
  readonly schemasFolder: string
  /** Signature, path and revocation of the certificate as of `at`. Refuses with `signature.*`. */
  readonly prove: (jws: string, at: Date) => Promise<ProvenAct>
  /** Parties, services and registered keys as they are now. */
  readonly world: () => KnownWorld
  readonly entryOf: (logged: LoggedAct) => NewLogEntry
  /** Tells when an act is recorded, once its turn has come; what it is judged as of before is the caller's to say. */
  readonly clock: () => Date
  /** Told, once durable, that this process wrote something; resolves when it is in force here. */
  readonly onRecorded: () => Promise<void>
}
