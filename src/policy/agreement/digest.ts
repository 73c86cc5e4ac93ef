import type { AgreementContent, AgreementDigest } from '../../model/agreement.ts'
import { canonicalJson, sha256Hex } from '../../schema/canonical-json.ts'

/** SHA-256 of the canonical content, lower-case hex. Throws `NotCanonical` for what JSON cannot say. */
export const digestOf = (content: AgreementContent): AgreementDigest =>
  sha256Hex(canonicalJson(content)) as AgreementDigest
