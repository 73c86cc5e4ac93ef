import type { CertificateDirectory } from './verify-seal.ts'
import {
  type RecordedStatement,
  type VerifiedStatement,
  verifyRecordedStatement,
  verifyStatement,
} from './statement.ts'

export const ACT_TYPE = 'edno-agreement-act+jws'

/**
 * What a party declared on an agreement. An application's signature is never one over an act, nor the other way round.
 * Refuses with `request.*` or `signature.*`.
 */
export const verifyAct = (jws: string, certificates: CertificateDirectory, at: Date): VerifiedStatement =>
  verifyStatement(jws, ACT_TYPE, certificates, at)

/** An act that was recorded at `at`, under the certificate that it carries. */
export const verifyRecordedAct = (jws: string, at: Date): RecordedStatement | undefined =>
  verifyRecordedStatement(jws, ACT_TYPE, at)
