import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import type { Applicant } from '../model/application.ts'
import type { ApplicantProof } from '../model/exchange.ts'
import { NotACertificate } from '../pki/pki-errors.ts'
import { personIdentifiers } from '../pki/person-identifier.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { decodeBase64 } from './base64.ts'
import { type EnvelopedContent, verifyEnveloped } from './verify-enveloped.ts'

/**
 * Refuses a certificate of a person (DER) that is not good at an instant. May ask others (revocation). `offered` are
 * certificates that came along, towards its path.
 */
export type PersonTrust = (certificate: Uint8Array, at: Date, offered: readonly Uint8Array[]) => Promise<void>

/** What `Document` of schemas/exchange.v1.xsd allows. */
const MAX_BYTES = 524_288

/**
 * The applicant's own signed document (XAdES-B-B enveloped), base64. Its signature holds, its certificate is trusted at
 * `at`, and the person named in it is the applicant: judged in this order, so that no authority is asked about bytes
 * that nobody signed. Refuses with `applicant.*`.
 */
export async function verifyApplicantDocument(
  document: string,
  applicant: Applicant,
  { at, mandates }: { readonly at: Date; readonly mandates: boolean },
  trust: PersonTrust,
): Promise<ApplicantProof> {
  const { certificate, offered, claimedAt } = verifyDocument(document)
  await trust(certificate, at, offered)
  const representative = signerFor(certificate, applicant, mandates)
  return {
    certificate: createHash('sha256').update(certificate).digest('hex'),
    ...(claimedAt === undefined ? {} : { claimedAt }),
    ...(representative === undefined ? {} : { representative }),
  }
}

function verifyDocument(document: string): EnvelopedContent {
  const bytes = decodeBase64(document, MAX_BYTES)
  if (bytes === undefined) throw new BrokerError('applicant.signature-invalid', 'ApplicantDocument: base64 is expected')
  try {
    return verifyEnveloped(bytes, { maxBytes: MAX_BYTES, requireRoot: () => undefined, xadesOnly: true, keyOf })
  } catch (error) {
    if (!(error instanceof BrokerError) || error.status >= 500) throw error
    throw new BrokerError('applicant.signature-invalid', `ApplicantDocument: ${error.detail} (${error.code})`, {
      cause: error,
    })
  }
}

/** Any certificate here; whether it is one of a person under a known authority is asked once the signature holds. */
function keyOf(certificate: Uint8Array): KeyObject {
  try {
    return new X509Certificate(certificate).publicKey
  } catch (error) {
    throw new BrokerError('signature.structure', 'X509Certificate: not a certificate', { cause: error })
  }
}

const EGN_OF_PERSON = /^PNOBG-(\d{10})$/

/**
 * Exactly one serialNumber, of the national form: a certificate that names two people, or none, is nobody's. Undefined
 * where the signer is the Applicant; their ЕГН where they may sign for a firm, if it is shown later that they do.
 */
function signerFor(
  certificate: Uint8Array,
  { identifierType, identifier }: Applicant,
  mandates: boolean,
): string | undefined {
  const [first, ...others] = identifiersIn(certificate)
  const egn = others.length > 0 ? undefined : EGN_OF_PERSON.exec(first ?? '')?.[1]
  if (egn === undefined)
    throw new BrokerError('applicant.mismatch', 'the certificate names no person by ЕГН (serialNumber PNOBG-…)')
  if (identifierType === 'egn' && egn === identifier) return undefined
  if (mandates && identifierType === 'eik') return egn
  throw new BrokerError('applicant.mismatch', 'the signer of ApplicantDocument is not the Applicant')
}

function identifiersIn(certificate: Uint8Array): readonly string[] {
  try {
    return personIdentifiers(certificate)
  } catch (error) {
    if (!(error instanceof NotACertificate)) throw error
    throw new BrokerError('applicant.mismatch', 'the certificate cannot be read', { cause: error })
  }
}
