import { X509Certificate } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import { readStrictly } from './parse-xml.ts'
import { readDom } from './read-dom.ts'
import { childNamed, type XmlElement } from './xml-element.ts'

/**
 * For stand-ins of registries: body and time stamp of the envelope are signed by the certificate that it carries. Whose
 * certificate that is the connection has said; nothing that edno itself decides rests on this.
 */
export function isSigned(bytes: Uint8Array): boolean {
  const text = readStrictly(bytes, (_document, gated) => Buffer.from(gated).toString('utf8'))
  const security = headerOf(readDom(bytes))
  const token = security === undefined ? undefined : childNamed(security, 'BinarySecurityToken')
  const [signature] = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(text) ?? []
  if (token === undefined || signature === undefined) return false
  const certificate = new X509Certificate(Buffer.from(token.text, 'base64')).toString()
  const judge = new SignedXml({ publicCert: certificate, idMode: 'wssecurity', getCertFromKeyInfo: () => null })
  judge.loadSignature(signature)
  const signed = judge.checkSignature(text) ? judge.getSignedReferences() : []
  return ['Body', 'Timestamp'].every((name) => signed.some((part) => new RegExp(`^<\\w+:${name}[ >]`).test(part)))
}

const headerOf = (envelope: XmlElement): XmlElement | undefined => {
  const header = childNamed(envelope, 'Header')
  return header === undefined ? undefined : childNamed(header, 'Security')
}
