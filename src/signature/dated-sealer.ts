import { readCertificate } from '../pki/read-certificate.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { fileSealer, type Sealer } from './seal-xml.ts'

/** A seal with the dates of its certificate. */
export interface DatedSealer extends Sealer {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Over PEM texts; refuses with `broker.signing` as `fileSealer` does. */
export function datedSealer(certificatePem: string, privateKeyPem: string): DatedSealer {
  const { notBefore, notAfter } = readCertificate(certificatePem)
  return { ...fileSealer(certificatePem, privateKeyPem), notBefore, notAfter }
}

/** The last hour of a seal is left to answers on their way: a time stamp made shortly after must still fall within it. */
const HANDOVER_MS = 3_600_000

/**
 * The seal to sign with at `at`: the first of `sealers` that is in its dates and not about to end, else the first that is
 * in its dates. Refuses with `broker.signing` where none is: an answer nobody can verify is worse than none.
 */
export function currentSealer(sealers: readonly DatedSealer[], at: Date): DatedSealer {
  const inForce = sealers.filter(({ notBefore, notAfter }) => at >= notBefore && at <= notAfter)
  const lasting = inForce.find(({ notAfter }) => notAfter.getTime() - at.getTime() > HANDOVER_MS)
  const found = lasting ?? inForce[0]
  if (found === undefined) throw new BrokerError('broker.signing', 'no seal of edno is in its dates')
  return found
}
