import type { AgreementAct } from '../model/agreement.ts'
import { partyId } from '../model/ids.ts'
import { readChainCertificate } from '../pki/chain-certificate.ts'
import { spkiSha256 } from '../pki/spki.ts'
import type { CertificateDirectories } from '../policy/certificate-directory.ts'
import type { Governance } from '../policy/governance.ts'
import type { BookParts } from '../policy/register/agreement-book.ts'
import { verifyRecordedAct } from '../signature/verify-act.ts'

interface Registered {
  readonly governance: Pick<Governance, 'parties'>
  readonly directories: Pick<CertificateDirectories, 'seals' | 'keysOf'>
}

/**
 * Whose recorded act this is: by its certificate, or, where that was renewed since, by a key that is still registered for
 * the party it names. The signature of a key that is nobody's proves nothing, whoever wrote it into the database.
 */
export const proveRecorded =
  (registered: () => Registered): BookParts['proves'] =>
  (jws, at) => {
    const proven = verifyRecordedAct(jws, at)
    if (proven === undefined) return undefined
    const { governance, directories } = registered()
    const { by } = JSON.parse(Buffer.from(proven.payload).toString('utf8')) as Partial<AgreementAct>
    const ofKey = directories.keysOf(partyId(String(by))).includes(spkiSha256(readChainCertificate(proven.der).key))
    const party = directories.seals.find(proven.certificate, proven.der)?.party ?? (ofKey ? by : undefined)
    return party && { payload: proven.payload, party, operator: governance.parties.get(party)?.role === 'operator' }
  }
