import { X509Certificate } from 'node:crypto'
import { SignedXml } from 'xml-crypto'

const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

/** PEM texts; the key is RSA, as RegiX signs. */
export interface RegixSigner {
  readonly certificate: string
  readonly key: string
}

/**
 * For whoever stands in for RegiX: the signature over `Data` as a document of its own, enveloped and canonicalised inclusively,
 * to be put beside it in the reply as RegiX does. `data`: begins with `<Data id="data">`, without
 * declarations; `namespace`: in which it stands.
 */
export function signData(data: string, namespace: string, { certificate, key }: RegixSigner): string {
  const alone = data.replace(
    '<Data ',
    `<Data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="${namespace}" `,
  )
  const der = new X509Certificate(certificate).raw.toString('base64')
  const signer = new SignedXml({
    privateKey: key,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: INCLUSIVE,
    idAttribute: 'id',
    getKeyInfoContent: () => `<X509Data><X509Certificate>${der}</X509Certificate></X509Data>`,
  })
  signer.addReference({ xpath: '/*', transforms: [ENVELOPED], digestAlgorithm: SHA256 })
  signer.computeSignature(alone)
  return signer.getSignatureXml()
}
