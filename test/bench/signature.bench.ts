import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readApplication, readHead } from '../../src/message/read-application.ts'
import { type SignatureAlgorithm, ECDSA_SHA256, RSA_SHA256, SHA256 } from '../../src/signature/algorithms.ts'
import { sealCanonicalXml, sealXml } from '../../src/signature/seal-xml.ts'
import { verifySeal } from '../../src/signature/verify-seal.ts'
import { xmlCryptoSigns, xmlCryptoVerifies } from '../interop/programs.ts'
import { directoryOf, makeIdentity, sealerOf, type TestIdentity } from '../support/certificates.ts'
import { applicationXml } from '../support/documents.ts'
import { javaRival, xmlsecRival } from './rivals/programs.ts'
import type { Job, Rival } from './rivals/rival.ts'

const ACTS = ['verify', 'sign'] as const
type Act = (typeof ACTS)[number]

/** Operations per CPU-second of each; undefined where a rival is not there. */
export interface Row {
  readonly act: Act
  readonly size: string
  readonly key: string
  readonly edno: number
  readonly rivals: Readonly<Record<string, number | undefined>>
}

export interface SignatureBench {
  readonly rows: readonly Row[]
  /** Rivals that are not there, and why. */
  readonly absent: readonly string[]
}

const AT = new Date('2026-10-05T06:30:00Z')
const SIZES = { '2 KB': 2000, '10 KB': 10_000, '100 KB': 100_000, '1 MB': 1_000_000 }
const KEYS: readonly (readonly [string, 'rsa-2048' | 'p-256', SignatureAlgorithm])[] = [
  ['RSA-2048', 'rsa-2048', RSA_SHA256],
  ['P-256', 'p-256', ECDSA_SHA256],
]
const WARM_UP_MS = 800
const MEASURED_MS = 1500

/**
 * edno's side of verifying is all that a request costs before it is admitted: gate, parse, signature, digest, and reading
 * the canonical octets again; of signing: gate, parse, C14N and the signature put in. The rivals parse and do their own.
 */
export async function signatureBench(): Promise<SignatureBench> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
  try {
    const others = [javaRival(folder), xmlsecRival(folder)]
    const rows: Row[] = []
    for (const [key, kind, algorithm] of KEYS) {
      const identity = await makeIdentity('troyan', kind)
      for (const [size, bytes] of Object.entries(SIZES)) {
        const job = writeJob(join(folder, `${kind}-${bytes}`), documentOf(bytes), identity, algorithm)
        rows.push(...ACTS.map((act) => ({ act, size, key, edno: edno(act, job), rivals: rivalsAt(act, job, others) })))
      }
    }
    return { rows, absent: others.flatMap(({ name, absent }) => (absent === undefined ? [] : [`${name}: ${absent}`])) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function edno(act: Act, { plain, sealed, identity }: Job): number {
  const certificates = directoryOf(identity)
  const sealer = sealerOf(identity)
  // Read once: the bench is over a document that the whole line would accept.
  readApplication(verifySeal(sealed, certificates, AT).content)
  return operationsPerCpuSecond(
    act === 'sign' ? () => sealXml(plain, sealer) : () => readHead(verifySeal(sealed, certificates, AT).content),
  )
}

const xmlCrypto: Rival = {
  name: 'xml-crypto 6.3.2',
  measure: (act, { plain, sealed, identity, algorithm }) =>
    operationsPerCpuSecond(() => {
      if (act === 'sign') xmlCryptoSigns(plain, identity, algorithm, SHA256)
      else if (!xmlCryptoVerifies(sealed, identity)) throw new Error('the rival refuses an honest document')
    }),
}

const rivalsAt = (act: Act, job: Job, others: readonly Rival[]): Row['rivals'] =>
  Object.fromEntries([xmlCrypto, ...others].map(({ name, measure }) => [name, measure?.(act, job)]))

/** The taxi application with enough vehicles in it, of more words each where there would be more elements than are read. */
function documentOf(size: number): string {
  const note = 'измислен автомобил за измерване'
  const vehicle = { plate: 'ОВ0000АА', note: size > 500_000 ? `${note}; `.repeat(5) : note }
  const make = (count: number): string =>
    applicationXml({ body: { vehicle: Array.from({ length: count }, () => vehicle) } })
  const one = Buffer.byteLength(make(1))
  const perVehicle = (Buffer.byteLength(make(101)) - one) / 100
  return make(Math.max(1, Math.round((size - one) / perVehicle)))
}

function writeJob(path: string, plain: string, identity: TestIdentity, algorithm: SignatureAlgorithm): Job {
  const sealed = sealCanonicalXml(plain, sealerOf(identity))
  const files = {
    key: `${path}.key`,
    certificate: `${path}.crt`,
    plain: `${path}.xml`,
    sealed: `${path}.sealed.xml`,
    template: `${path}.template.xml`,
  }
  writeFileSync(files.key, identity.privateKeyPem)
  writeFileSync(files.certificate, identity.certificatePem)
  writeFileSync(files.plain, plain)
  writeFileSync(files.sealed, sealed)
  writeFileSync(files.template, emptied(Buffer.from(sealed).toString()))
  return { plain, sealed, identity, algorithm, files }
}

/** A signature for another program to fill in. */
const emptied = (sealed: string): string =>
  sealed.replace(/(<ds:(DigestValue|SignatureValue|X509Certificate)>)[^<]*/g, '$1')

function operationsPerCpuSecond(operation: () => void): number {
  repeat(operation, WARM_UP_MS)
  return repeat(operation, MEASURED_MS)
}

/** By the clock of this process alone: what else runs on the machine takes nothing from the warm-up. */
function repeat(operation: () => void, milliseconds: number): number {
  const start = process.cpuUsage()
  const spentMs = (): number => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
  let count = 0
  for (; spentMs() < milliseconds; count += 1) operation()
  return count / (spentMs() / 1000)
}
