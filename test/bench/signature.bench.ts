import { createVerify, type KeyLike } from 'node:crypto'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { readApplication, readHead } from '../../src/message/read-application.ts'
import { DSIG, ECDSA_SHA256 } from '../../src/signature/algorithms.ts'
import { verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf, makeIdentity, type TestIdentity } from '../support/certificates.ts'
import { sealedApplication } from '../support/documents.ts'

/** One line of the benchmark table: edno and a rival on the same machine in the same run. */
export interface Row {
  readonly name: string
  readonly edno: number
  readonly rival: string
  readonly rivalValue: number
  readonly ratio: number
  readonly unit: string
}

const AT = new Date('2026-10-05T06:30:00Z')
const SIZE = 10_000
const WARM_UP_MS = 600
const MEASURED_MS = 1500

/**
 * Verification of a 10 KB application in operations per CPU-second of this process. edno's side is all that a request
 * costs before it is admitted: gate, parse, signature, digest, and reading the canonical octets again. xml-crypto's
 * side is its own check and nothing of that.
 */
export async function signatureBench(): Promise<Row[]> {
  return [await benchKey('RSA-2048', 'rsa-2048'), await benchKey('P-256', 'p-256')]
}

async function benchKey(title: string, kind: 'rsa-2048' | 'p-256'): Promise<Row> {
  const identity = await makeIdentity('troyan', kind)
  const sealed = tenKilobytes(identity)
  const certificates = directoryOf(identity)
  const text = Buffer.from(sealed).toString()
  const ours = (): void => {
    readHead(verifySeal(sealed, certificates, AT).content)
  }
  const theirs = (): void => rivalVerify(text, identity)
  // Read once: the bench is over a document that the whole line would accept.
  readApplication(verifySeal(sealed, certificates, AT).content)
  warmUp(ours)
  warmUp(theirs)
  const edno = operationsPerCpuSecond(ours)
  const rivalValue = operationsPerCpuSecond(theirs)
  return {
    name: `verify 10 KB, ${title}`,
    edno,
    rival: 'xml-crypto 6.3.2',
    rivalValue,
    ratio: edno / rivalValue,
    unit: 'ops per CPU-second',
  }
}

/** The taxi application with enough vehicles in it. */
function tenKilobytes(identity: TestIdentity): Uint8Array {
  const vehicle = { plate: 'ОВ0000АА', note: 'измислен автомобил за измерване' }
  const make = (count: number): Uint8Array =>
    sealedApplication(identity, { body: { vehicle: Array.from({ length: count }, () => vehicle) } })
  const perVehicle = (make(101).byteLength - make(1).byteLength) / 100
  return make(Math.round((SIZE - make(1).byteLength) / perVehicle))
}

function rivalVerify(text: string, identity: TestIdentity): void {
  const signature = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagNameNS(DSIG, 'Signature')[0]
  const signed = new SignedXml({ publicCert: identity.certificatePem })
  signed.SignatureAlgorithms[ECDSA_SHA256] = Ecdsa
  signed.loadSignature(signature as unknown as Node)
  if (!signed.checkSignature(text)) throw new Error('the rival refuses an honest document')
}

/** xml-crypto knows no ECDSA; this is the hook it offers for it. */
class Ecdsa {
  getSignature = (): never => {
    throw new Error('only verification is measured')
  }
  verifySignature = (info: string, key: KeyLike, value: string): boolean =>
    createVerify('sha256')
      .update(info)
      .verify({ key: key as string, dsaEncoding: 'ieee-p1363' }, value, 'base64')
  getAlgorithmName = (): string => ECDSA_SHA256
}

function warmUp(operation: () => void): void {
  const end = performance.now() + WARM_UP_MS
  while (performance.now() < end) operation()
}

function operationsPerCpuSecond(operation: () => void): number {
  const end = performance.now() + MEASURED_MS
  const start = process.cpuUsage()
  let count = 0
  for (; performance.now() < end; count += 1) operation()
  const { user, system } = process.cpuUsage(start)
  return count / ((user + system) / 1e6)
}
