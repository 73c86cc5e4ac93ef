import type { Config } from '../config/config.ts'
import { withAgreements } from '../policy/agreement/with-agreements.ts'
import { AgreementBook } from '../policy/register/agreement-book.ts'
import type { MissingAct } from '../store/missing-acts.ts'
import type { Beside } from '../store/beside.ts'
import { openCertificatesOf } from './certificates.ts'
import { proveRecorded } from './prove-recorded.ts'
import { loadRules, type Rules } from './rules.ts'

/** As edno itself decides by. */
export interface RulesBeside extends Rules {
  /** Acts that the exchange log names and the database has not. */
  readonly missing: readonly MissingAct[]
}

/** The files and the agreements as they are now, for a command beside a running edno. */
export async function rulesBeside(config: Config, { db }: Beside, clock: () => Date): Promise<RulesBeside> {
  const { catalogue, governance } = await loadRules(config)
  const { directories } = openCertificatesOf({ config, governance, clock })
  const book = new AgreementBook({
    db,
    proves: proveRecorded(() => ({ governance, directories })),
    // Told by the edno that decides.
    onDamage: () => undefined,
  })
  await book.refresh()
  const missing = await book.compareWithLog()
  return { catalogue, governance: withAgreements(governance, book.agreements), missing }
}
