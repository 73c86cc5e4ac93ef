import { createHash, randomBytes } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { type ChainCertificate, readChainCertificate } from './chain-certificate.ts'
import { goodUntil, type Told, unclear } from './revocation-status.ts'
import { signedBy } from './signed-bytes.ts'
import { judgePath } from './validate-path.ts'

export interface OcspQuestion {
  /** DER, to be posted as `application/ocsp-request`. */
  readonly request: Uint8Array
  readonly nonce: Uint8Array
}

const BASIC = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'
/** Names the certificate asked about, no more: every responder knows SHA-1 here (RFC 5019), and nothing rests on it. */
const SHA1 = '1.3.14.3.2.26'
const SHA256 = '2.16.840.1.101.3.4.2.1'

const digest = (name: 'sha1' | 'sha256', octets: Uint8Array): Buffer => createHash(name).update(octets).digest()

/** The octets of a public key without their wrapping: what key hashes are made of. */
const keyOctets = ({ key }: ChainCertificate): Uint8Array =>
  pkijs.PublicKeyInfo.fromBER(key.export({ type: 'spki', format: 'der' })).subjectPublicKey.valueBlock.valueHexView

const serialOf = ({ serialNumber }: ChainCertificate): asn1js.Integer =>
  new asn1js.Integer({ valueHex: Buffer.from(serialNumber, 'hex') })

const octetString = (octets: Uint8Array): asn1js.OctetString => new asn1js.OctetString({ valueHex: octets })

/** Asks about `certificate` of `issuer`, with a nonce of its own. */
export const askOcsp = (certificate: ChainCertificate, issuer: ChainCertificate): OcspQuestion => {
  const nonce = randomBytes(16)
  const request = new pkijs.OCSPRequest()
  request.tbsRequest.requestList = [
    new pkijs.Request({
      reqCert: new pkijs.CertID({
        hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: SHA1, algorithmParams: new asn1js.Null() }),
        issuerNameHash: octetString(digest('sha1', issuer.subjectName)),
        issuerKeyHash: octetString(digest('sha1', keyOctets(issuer))),
        serialNumber: serialOf(certificate),
      }),
    }),
  ]
  const value = octetString(nonce).toBER()
  request.tbsRequest.requestExtensions = [new pkijs.Extension({ extnID: NONCE, critical: false, extnValue: value })]
  return { request: new Uint8Array(request.toSchema(true).toBER()), nonce }
}

export interface OcspAsked {
  readonly certificate: ChainCertificate
  readonly issuer: ChainCertificate
  /** Undefined for what was asked, and its nonce compared, at another time. */
  readonly nonce: Uint8Array | undefined
  readonly now: Date
}

/** Judges a responder's answer by RFC 6960: whose it is, whether it is ours, what about, how fresh. Never throws. */
export const judgeOcsp = (response: Uint8Array, asked: OcspAsked): Told => {
  try {
    const outer = pkijs.OCSPResponse.fromBER(new Uint8Array(response))
    if (outer.responseStatus.valueBlock.valueDec !== 0) return unclear('responder-refused')
    const bytes = outer.responseBytes
    if (bytes?.responseType !== BASIC) return unclear('not-readable')
    return judgeBasic(pkijs.BasicOCSPResponse.fromBER(new Uint8Array(bytes.response.valueBlock.valueHexView)), asked)
  } catch {
    return unclear('not-readable')
  }
}

const judgeBasic = (basic: pkijs.BasicOCSPResponse, asked: OcspAsked): Told => {
  const { tbsResponseData: data } = basic
  if (!isByAuthority(basic, asked)) return unclear('wrong-signer')
  const nonce = data.responseExtensions?.find(({ extnID }) => extnID === NONCE)
  // A responder that answers from stock gives none (RFC 5019); then its dates alone tell how fresh it is.
  if (nonce !== undefined && asked.nonce !== undefined && !sameNonce(nonce, asked.nonce)) return unclear('wrong-nonce')
  if (data.responseExtensions?.some(({ extnID, critical }) => critical && extnID !== NONCE) === true)
    return unclear('not-readable')
  const single = data.responses.find(({ certID }) => isAbout(certID, asked))
  return single === undefined ? unclear('other-certificate') : statusOf(single, asked.now)
}

const sameNonce = ({ extnValue }: pkijs.Extension, nonce: Uint8Array): boolean => {
  const octets = Buffer.from(extnValue.valueBlock.valueHexView)
  return octets.equals(Buffer.from(octetString(nonce).toBER())) || octets.equals(nonce)
}

/** Signed by the issuer, or by a responder that this issuer itself certified for that (RFC 6960 §4.2.2.2). */
const isByAuthority = (basic: pkijs.BasicOCSPResponse, { issuer, now }: OcspAsked): boolean => {
  const delegates = (basic.certs ?? [])
    .slice(0, 4)
    .map((certificate) => readChainCertificate(new Uint8Array(certificate.toSchema().toBER())))
    .filter((responder) => judgePath([responder, issuer], 'ocsp', now).every(({ holds }) => holds))
  return [issuer, ...delegates].some(
    (signer) =>
      isResponder(basic.tbsResponseData.responderID, signer) &&
      signedBy(
        signer.key,
        basic.signatureAlgorithm.algorithmId,
        basic.tbsResponseData.tbsView,
        basic.signature.valueBlock.valueHexView,
      ),
  )
}

/** ResponderID names the signer by its subject or by the SHA-1 of its key. */
const isResponder = (id: unknown, signer: ChainCertificate): boolean => {
  if (id instanceof pkijs.RelativeDistinguishedNames)
    return Buffer.from(id.valueBeforeDecode).equals(signer.subjectName)
  return id instanceof asn1js.OctetString && digest('sha1', keyOctets(signer)).equals(id.valueBlock.valueHexView)
}

/** All four members of the CertID, as they are computed here. */
const isAbout = (id: pkijs.CertID, { certificate, issuer }: OcspAsked): boolean => {
  const oid = id.hashAlgorithm.algorithmId
  if (oid !== SHA1 && oid !== SHA256) return false
  const hash = oid === SHA1 ? 'sha1' : 'sha256'
  return (
    digest(hash, issuer.subjectName).equals(id.issuerNameHash.valueBlock.valueHexView) &&
    digest(hash, keyOctets(issuer)).equals(id.issuerKeyHash.valueBlock.valueHexView) &&
    Buffer.from(id.serialNumber.valueBlock.valueHexView).equals(
      Buffer.from(serialOf(certificate).valueBlock.valueHexView),
    )
  )
}

const statusOf = ({ certStatus, thisUpdate, nextUpdate }: pkijs.SingleResponse, now: Date): Told => {
  const until = goodUntil(thisUpdate, nextUpdate, now)
  if (until === undefined) return unclear('stale')
  const choice: unknown = certStatus
  if (!(choice instanceof asn1js.Primitive) && !(choice instanceof asn1js.Constructed)) return unclear('not-readable')
  if (choice.idBlock.tagNumber === 0) return { status: 'good', until, madeAt: thisUpdate }
  if (choice.idBlock.tagNumber !== 1 || !(choice instanceof asn1js.Constructed)) return unclear('not-known')
  const [since] = choice.valueBlock.value
  return since instanceof asn1js.GeneralizedTime
    ? { status: 'revoked', since: since.toDate(), until, madeAt: thisUpdate }
    : unclear('not-readable')
}
