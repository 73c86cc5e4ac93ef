import type { Generated } from 'kysely'
import type { ActKind, Side } from '../../model/agreement.ts'

/** What a party declared, signed; never changed. */
export interface AgreementActTable {
  /** Order of recording, over all agreements. */
  readonly sequence: Generated<number>
  readonly agreement: string
  readonly act: ActKind
  readonly party: string
  readonly side: Side
  /** JWS compact over the act. */
  readonly jws: string
  /** SHA-256 of what was signed: one declaration counts once, however often it is signed or sent. */
  readonly act_digest: Buffer
  readonly recorded_at: Date
}
