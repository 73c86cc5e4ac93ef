import { spawnSync } from 'node:child_process'
import { createSign, createVerify, type KeyLike } from 'node:crypto'
import { join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { DSIG, ECDSA_SHA256, ECDSA_SHA512, ENVELOPED, EXCLUSIVE_C14N } from '../../src/signature/algorithms.ts'
import { XADES } from '../../src/signature/read-qualifying.ts'
import type { TestIdentity } from '../support/certificates.ts'

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).error === undefined
export const hasXmlsec = runs('xmlsec1', '--version')
export const hasJava = runs('java', '-version')

const ID = [`--id-attr:Id`, `${XADES}:SignedProperties`]

/** By its exit code: it also complains about certificates that it has no path for. */
export const xmlsecVerifies = (certificate: string, file: string): boolean =>
  spawnSync('xmlsec1', ['--verify', ...ID, '--pubkey-cert-pem', certificate, file]).status === 0

/** The signed document; throws what the program says where it fails. */
export function xmlsecSigns(key: string, certificate: string, template: string): string {
  const { status, stdout, stderr } = spawnSync(
    'xmlsec1',
    ['--sign', ...ID, '--privkey-pem', `${key},${certificate}`, template],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** All jobs in one virtual machine; one line of result each. */
export function java(jobs: readonly (readonly string[])[]): readonly string[] {
  const { stdout, stderr } = spawnSync('java', [join(import.meta.dirname, 'Signatures.java')], {
    input: jobs.map((job) => `${job.join('\t')}\n`).join(''),
    encoding: 'utf8',
  })
  const lines = stdout.trim().split('\n')
  if (lines.length !== jobs.length) throw new Error(stderr)
  return lines
}

/** xml-crypto knows no ECDSA; this is the hook it offers for it. */
const ecdsa = (uri: string, hash: string) =>
  class {
    getSignature = (info: KeyLike, key: KeyLike): string =>
      createSign(hash)
        .update(info as string)
        .sign({ key: key as string, dsaEncoding: 'ieee-p1363' }, 'base64')
    verifySignature = (info: string, key: KeyLike, value: string): boolean =>
      createVerify(hash)
        .update(info)
        .verify({ key: key as string, dsaEncoding: 'ieee-p1363' }, value, 'base64')
    getAlgorithmName = (): string => uri
  }

function withEcdsa(signed: SignedXml): SignedXml {
  signed.SignatureAlgorithms[ECDSA_SHA256] = ecdsa(ECDSA_SHA256, 'sha256') as never
  signed.SignatureAlgorithms[ECDSA_SHA512] = ecdsa(ECDSA_SHA512, 'sha512') as never
  return signed
}

export function xmlCryptoVerifies(sealed: Uint8Array, identity: TestIdentity): boolean {
  const text = Buffer.from(sealed).toString()
  const signature = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagNameNS(DSIG, 'Signature')[0]
  const signed = withEcdsa(new SignedXml({ publicCert: identity.certificatePem }))
  signed.loadSignature(signature as unknown as Node)
  return signed.checkSignature(text)
}

export function xmlCryptoSigns(text: string, identity: TestIdentity, algorithm: string, digest: string): string {
  const signed = withEcdsa(
    new SignedXml({
      privateKey: identity.privateKeyPem,
      publicCert: identity.certificatePem,
      signatureAlgorithm: algorithm,
      canonicalizationAlgorithm: EXCLUSIVE_C14N,
    }),
  )
  signed.addReference({
    xpath: '/*',
    isEmptyUri: true,
    digestAlgorithm: digest,
    transforms: [ENVELOPED, EXCLUSIVE_C14N],
  })
  signed.computeSignature(text, { prefix: 'ds' })
  return signed.getSignedXml()
}
