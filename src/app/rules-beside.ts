import type { Config } from '../config/config.ts'
import { withAgreements } from '../policy/agreement/with-agreements.ts'
import { AgreementBook } from '../policy/register/agreement-book.ts'
import { verifyRecordedAct } from '../signature/verify-act.ts'
import type { Beside } from '../store/beside.ts'
import { openCertificatesOf } from './certificates.ts'
import { loadRules, type Rules } from './rules.ts'

/** The files and the agreements as they are now, for a command beside a running edno. */
export async function rulesBeside(config: Config, { db }: Beside, clock: () => Date): Promise<Rules> {
  const { catalogue, governance } = await loadRules(config)
  const { seals } = openCertificatesOf({ config, governance, clock }).directories
  const book = new AgreementBook({
    db,
    proves: (jws, at) => {
      const proven = verifyRecordedAct(jws, at)
      const party = proven === undefined ? undefined : seals.find(proven.certificate, proven.der)?.party
      return proven && { payload: proven.payload, ...(party === undefined ? {} : { party }) }
    },
    // What is damaged counts for nothing, here as in the edno that decided.
    onDamage: () => undefined,
  })
  await book.refresh()
  return { catalogue, governance: withAgreements(governance, book.agreements) }
}
