import type { EvidenceContent, HeldProof } from '../evidence/content.ts'
import type { RevocationSubject } from '../evidence/layout.ts'
import { readTimeStampToken } from '../pki/time-stamp-token.ts'
import { sha256Hex } from '../schema/canonical-json.ts'

/** A certificate (DER), and when edno relied on it. */
interface Relied {
  readonly certificate: Uint8Array
  readonly at: Date
}

/** What edno had been told of a certificate (SHA-256, hex) at a moment; empty where it was told nothing. */
export type WordOf = (certificate: string, at: Date) => Promise<readonly HeldProof[]>

/**
 * The same, with what authorities said of edno's seal when it answered, of the certificate that acknowledged, and of those who stamped;
 * that of the application is there already. Who stamped is told by the stamp.
 */
export async function withRevocation(content: EvidenceContent, wordOf: WordOf): Promise<EvidenceContent> {
  const relied = reliedOn(content)
  const held = await Promise.all(
    Object.entries(relied).map(async ([of, { certificate, at }]) => {
      const proofs = await wordOf(sha256Hex(certificate), at)
      return proofs.length === 0 ? [] : [[of, { at, proofs }] as const]
    }),
  )
  const stamping = Object.entries(relied).map(([of, { certificate }]) => [of, certificate] as const)
  return {
    ...content,
    signers: { ...Object.fromEntries(stamping), ...content.signers },
    revocation: { ...Object.fromEntries(held.flat()), ...content.revocation },
  }
}

/** Of documents, at the time of the entry that names them: what is not in the log has no time to be judged at. */
function reliedOn(content: EvidenceContent): Readonly<Partial<Record<RevocationSubject, Relied>>> {
  const { signers, stamp, headStamp } = content
  return {
    ...relied('answer', signers.answer, timeOf(content, 'answered')),
    ...relied('acknowledgement', signers.acknowledgement, timeOf(content, 'acknowledged')),
    ...stampedBy('answer-stamp', stamp?.token),
    ...stampedBy('checkpoint-stamp', headStamp),
  }
}

const relied = (of: RevocationSubject, certificate: Uint8Array | undefined, at: Date | undefined) =>
  certificate === undefined || at === undefined ? {} : { [of]: { certificate, at } }

function timeOf({ entries }: EvidenceContent, event: string): Date | undefined {
  const entry = entries.find((each) => each.event === event)
  return entry && new Date((JSON.parse(Buffer.from(entry.bytes).toString()) as { readonly time: string }).time)
}

function stampedBy(of: RevocationSubject, token: Uint8Array | undefined) {
  const read = token === undefined ? undefined : readTimeStampToken(token)
  if (read === undefined || typeof read === 'string') return {}
  return { [of]: { certificate: read.signer.certificate.der, at: read.at } }
}
