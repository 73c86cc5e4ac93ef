import type { AgreementAct } from '../model/agreement.ts'
import { signStatement, type StatementKeys } from './statement.ts'
import { ACT_TYPE } from './verify-act.ts'

/** JWS compact over the act's canonical JSON, for a party's own software. Refuses with `broker.signing` a key that does not fit. */
export const signAct = (act: AgreementAct, keys: StatementKeys): string =>
  signStatement(act, { type: ACT_TYPE, at: new Date(act.at) }, keys)
