import { createHash, createPrivateKey, sign, webcrypto } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { STAMP_POLICY, type StampKeys } from './openssl-tsa.ts'

pkijs.setEngine('test', new pkijs.CryptoEngine({ name: 'test', crypto: webcrypto as unknown as Crypto }))

/** A stamp as wrong as is wished: what the openssl program refuses to make. */
export interface StampWish {
  readonly at?: Date
  readonly version?: number
  readonly imprint?: Uint8Array
  readonly nonce?: Uint8Array | 'none'
  readonly policy?: string
  readonly criticalExtension?: boolean
  /** Instead of the octets of TSTInfo. */
  readonly messageDigest?: Uint8Array
  /** What SigningCertificateV2 says; `none` leaves it out. */
  readonly names?: Uint8Array | 'none'
  readonly namesBy?: string
  readonly contentType?: string
  readonly attributeType?: string
  readonly digestAlgorithm?: string
  readonly withoutAttributes?: boolean
  readonly doubledAttribute?: boolean
  readonly signers?: 0 | 1 | 2
  readonly serialNumber?: number
  readonly byKeyId?: boolean
  readonly status?: number
  readonly brokenSignature?: boolean
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SHA256 = '2.16.840.1.101.3.4.2.1'
const octets = (value: Uint8Array): asn1js.OctetString => new asn1js.OctetString({ valueHex: Uint8Array.from(value) })
const sha256 = (value: Uint8Array): Buffer => createHash('sha256').update(value).digest()
const algorithm = (algorithmId: string): pkijs.AlgorithmIdentifier => new pkijs.AlgorithmIdentifier({ algorithmId })
const integer = (value: Uint8Array): asn1js.Integer => new asn1js.Integer({ valueHex: Uint8Array.from(value) })

/** TimeStampResp (DER) to a question, signed with the keys, with the wishes. */
export function forgedStamp(query: Uint8Array, keys: StampKeys, wish: StampWish = {}): Uint8Array {
  const asked = pkijs.TimeStampReq.fromBER(Uint8Array.from(query))
  const info = infoOf(asked, wish)
  const signers = Array.from({ length: wish.signers ?? 1 }, () => signerOf(info, keys, wish))
  const certificate = pkijs.Certificate.fromBER(Uint8Array.from(keys.signer.read.der))
  const data = new pkijs.SignedData({
    version: 3,
    digestAlgorithms: [algorithm(SHA256)],
    encapContentInfo: new pkijs.EncapsulatedContentInfo({
      eContentType: wish.contentType ?? TST_INFO,
      eContent: octets(info),
    }),
    certificates: [certificate],
    signerInfos: signers,
  })
  const token = new pkijs.ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: data.toSchema(true) })
  const status = new asn1js.Sequence({ value: [new asn1js.Integer({ value: wish.status ?? 0 })] })
  return new Uint8Array(new asn1js.Sequence({ value: [status, token.toSchema()] }).toBER())
}

function infoOf(asked: pkijs.TimeStampReq, wish: StampWish): Uint8Array {
  const nonce = wish.nonce === undefined ? asked.nonce : wish.nonce === 'none' ? undefined : integer(wish.nonce)
  const extension = new pkijs.Extension({ extnID: '1.2.3', critical: true, extnValue: octets(Buffer.of(5, 0)).toBER() })
  const info = new pkijs.TSTInfo({
    version: wish.version ?? 1,
    policy: wish.policy ?? asked.reqPolicy ?? STAMP_POLICY,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: algorithm(wish.digestAlgorithm ?? SHA256),
      hashedMessage: wish.imprint === undefined ? asked.messageImprint.hashedMessage : octets(wish.imprint),
    }),
    serialNumber: new asn1js.Integer({ value: 7 }),
    genTime: wish.at ?? new Date(),
    ...(nonce === undefined ? {} : { nonce }),
    ...(wish.criticalExtension === true ? { extensions: [extension] } : {}),
  })
  return new Uint8Array(info.toSchema().toBER())
}

function signerOf(info: Uint8Array, { signer }: StampKeys, wish: StampWish): pkijs.SignerInfo {
  const attributes = attributesOf(info, signer.read.der, wish)
  const signed = new asn1js.Set({ value: attributes.map((one) => one.toSchema()) }).toBER()
  const over = wish.withoutAttributes === true ? info : new Uint8Array(signed)
  const value = sign('sha256', over, createPrivateKey(signer.keyPem))
  if (wish.brokenSignature === true) value.writeUInt8(value.readUInt8(20) ^ 1, 20)
  return new pkijs.SignerInfo({
    version: 1,
    sid: wish.byKeyId === true ? byKeyId(signer.read.subjectKeyId) : byName(signer.read.der, wish),
    digestAlgorithm: algorithm(SHA256),
    signatureAlgorithm: algorithm('1.2.840.10045.4.3.2'),
    signature: octets(value),
    ...(wish.withoutAttributes === true
      ? {}
      : { signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: [...attributes] }) }),
  })
}

const byKeyId = (id = ''): asn1js.Primitive =>
  new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: Buffer.from(id, 'hex') })

function byName(der: Uint8Array, { serialNumber }: StampWish): pkijs.IssuerAndSerialNumber {
  const certificate = pkijs.Certificate.fromBER(Uint8Array.from(der))
  const own = serialNumber === undefined ? certificate.serialNumber : new asn1js.Integer({ value: serialNumber })
  return new pkijs.IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: own })
}

function attributesOf(info: Uint8Array, der: Uint8Array, wish: StampWish): readonly pkijs.Attribute[] {
  const attribute = (type: string, value: asn1js.AsnType): pkijs.Attribute =>
    new pkijs.Attribute({ type, values: [value] })
  const type = attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: wish.attributeType ?? TST_INFO }))
  return [
    type,
    ...(wish.doubledAttribute === true ? [type] : []),
    attribute('1.2.840.113549.1.9.4', octets(wish.messageDigest ?? sha256(info))),
    ...(wish.names === 'none'
      ? []
      : [attribute('1.2.840.113549.1.9.16.2.47', naming(wish.names ?? sha256(der), wish.namesBy))]),
  ]
}

/** SigningCertificateV2 with one ESSCertIDv2. */
function naming(hash: Uint8Array, by?: string): asn1js.Sequence {
  const id = new asn1js.Sequence({
    value: [...(by === undefined ? [] : [algorithm(by).toSchema()]), octets(hash)],
  })
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [id] })] })
}
