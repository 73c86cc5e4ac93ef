import { createHash } from 'node:crypto'
import { DSIG, ENVELOPED, EXCLUSIVE_C14N, SHA256 } from './algorithms.ts'
import type { Sealer } from './seal-xml.ts'

/**
 * The signature over one element, to stand beside it or in it (the enveloped transform then takes the signature out): by
 * the element's exclusive canonical octets. Without a prefix, as clients of RegiX look for it.
 */
export function sealPart(octets: Uint8Array, id: string, sealer: Sealer): string {
  const digest = createHash('sha256').update(octets).digest('base64')
  const signedInfo =
    `<CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></CanonicalizationMethod>` +
    `<SignatureMethod Algorithm="${sealer.algorithm}"></SignatureMethod>` +
    `<Reference URI="#${id}"><Transforms><Transform Algorithm="${ENVELOPED}"></Transform>` +
    `<Transform Algorithm="${EXCLUSIVE_C14N}"></Transform></Transforms>` +
    `<DigestMethod Algorithm="${SHA256}"></DigestMethod><DigestValue>${digest}</DigestValue></Reference></SignedInfo>`
  const value = sealer.sign(Buffer.from(`<SignedInfo xmlns="${DSIG}">${signedInfo}`))
  return (
    `<Signature xmlns="${DSIG}"><SignedInfo>${signedInfo}` +
    `<SignatureValue>${Buffer.from(value).toString('base64')}</SignatureValue>` +
    `<KeyInfo><X509Data><X509Certificate>${sealer.certificate}</X509Certificate></X509Data></KeyInfo></Signature>`
  )
}
