import { readFileSync } from 'node:fs'
import { type HeldEvidence, type Verdict, verifyExchange } from '../client/verify-exchange.ts'
import { readTrustDocument } from '../signature/trust-document.ts'

const pemOf = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`

/** The seals and the log key of a trust document's file. Throws where the file is not whole. */
export async function readTrust(file: string): Promise<{ readonly seals: readonly string[]; readonly logKey: string }> {
  const document = await readTrustDocument(readFileSync(file, 'utf8'))
  if (document === undefined) throw new Error(`${file} is not a trust document that one of its own seals signed`)
  return { seals: document.keys.map(({ x5c: [certificate] }) => pemOf(certificate)), logKey: document.log.vkey }
}

/** The verdict by whichever seal of the trust document signed the answer; where none did, the one that says so. */
export async function verifyByTrust(held: HeldEvidence, file: string): Promise<Verdict> {
  const { seals, logKey } = await readTrust(file)
  const verdicts = seals.map((brokerCertificate) => verifyExchange({ ...held, brokerCertificate, logKey }))
  const signed = ({ findings }: Verdict): boolean =>
    findings.some(({ what, holds }) => what === 'answer.signature' && holds)
  const found = verdicts.find(signed) ?? verdicts[0]
  if (found === undefined) throw new Error(`${file} lists no seal`)
  return found
}
