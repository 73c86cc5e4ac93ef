import 'reflect-metadata'
import { X509Certificate } from '@peculiar/x509'
import { NotACertificate } from './pki-errors.ts'

const SERIAL_NUMBER = '2.5.4.5'

/**
 * The person whom a certificate names: the values of serialNumber in its subject, such as `PNOBG-…`
 * (ETSI EN 319 412-1 §5.1.3). Judges nothing. Throws `NotACertificate`.
 */
export function personIdentifiers(der: Uint8Array): readonly string[] {
  try {
    return new X509Certificate(Uint8Array.from(der)).subjectName.getField(SERIAL_NUMBER)
  } catch (error) {
    throw new NotACertificate('not an X.509 certificate', { cause: error })
  }
}
