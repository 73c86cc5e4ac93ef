import { createPrivateKey, X509Certificate } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import { AdapterFault, type RegistryEndpoint } from '../adapter.ts'
import { SOAP_11 } from './envelope.ts'

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
const PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3'
const BASE64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const GOOD_FOR_MS = 300_000

type Signer = Pick<RegistryEndpoint, 'certificate' | 'key'>

/**
 * An envelope of `soapEnvelope` with a WS-Security 1.1 header: the certificate as a binary token (X.509 Token Profile),
 * a time stamp of five minutes, and one signature (RSA-SHA256, exclusive C14N) over body and time stamp.
 */
export function signEnvelope(envelope: string, { certificate, key }: Signer, now: Date): string {
  const signer = new SignedXml({
    privateKey: rsaKey(key),
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
    idMode: 'wssecurity',
    getKeyInfoContent: () =>
      `<wsse:SecurityTokenReference><wsse:Reference URI="#token" ValueType="${PROFILE}"/></wsse:SecurityTokenReference>`,
  })
  for (const [name, namespace] of [
    ['Body', SOAP_11],
    ['Timestamp', WSU],
  ] as const)
    signer.addReference({
      xpath: `//*[local-name(.)='${name}' and namespace-uri(.)='${namespace}']`,
      transforms: [EXCLUSIVE],
      digestAlgorithm: SHA256,
    })
  signer.computeSignature(withHeader(envelope, new X509Certificate(certificate), now), {
    prefix: 'ds',
    location: { reference: `//*[local-name(.)='Security' and namespace-uri(.)='${WSSE}']`, action: 'append' },
    existingPrefixes: { wsse: WSSE, wsu: WSU },
  })
  return signer.getSignedXml()
}

/** The envelope is ours, one line, and its prefix is `s:`. */
function withHeader(envelope: string, certificate: X509Certificate, now: Date): string {
  const expires = new Date(now.getTime() + GOOD_FOR_MS)
  const header =
    `<s:Header><wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" s:mustUnderstand="1">` +
    `<wsu:Timestamp wsu:Id="time"><wsu:Created>${now.toISOString()}</wsu:Created>` +
    `<wsu:Expires>${expires.toISOString()}</wsu:Expires></wsu:Timestamp>` +
    `<wsse:BinarySecurityToken wsu:Id="token" ValueType="${PROFILE}" EncodingType="${BASE64}">` +
    `${certificate.raw.toString('base64')}</wsse:BinarySecurityToken></wsse:Security></s:Header>`
  return envelope.replace('<s:Body ', `${header}<s:Body xmlns:wsu="${WSU}" wsu:Id="body" `)
}

/** The token profile's common ground is RSA; a key of another kind is a mistake of the configuration, found at the first call. */
function rsaKey(pem: string): string {
  if (createPrivateKey(pem).asymmetricKeyType !== 'rsa')
    throw new AdapterFault('unavailable', 'WS-Security takes an RSA key, and the key of this registry is another')
  return pem
}
