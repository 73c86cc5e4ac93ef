import { readFileSync } from 'node:fs'
import { sayVerdict } from '../client/container/say-verdict.ts'
import { FAULT_SENTENCES } from '../client/container/fault-sentences.ts'
import { CONTAINER_WORDS } from '../client/container/sentences.ts'
import type { ContainerVerdict, Pins } from '../client/container/verdict.ts'
import { verifyContainer } from '../client/container/verify-container.ts'
import { ContainerFault } from '../evidence/container-fault.ts'
import type { Mark } from '../model/judged-evidence.ts'
import { readBundle } from '../pki/chain-certificate.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { NotACertificate } from '../pki/pki-errors.ts'
import { fill } from './demo/words.ts'
import type { EvidenceOptions } from './held-evidence.ts'
import { type Output, output } from './output.ts'
import { readTrust } from './trusted-evidence.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface VerifyContainerOptions extends EvidenceOptions {
  readonly registryAuthorities?: string
  readonly json?: boolean
  readonly lang?: string
}

/** How every ZIP begins that has something in it. */
const ZIP_START = Buffer.from('PK\u0003\u0004')

export const mayBeContainer = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, ZIP_START.length)).equals(ZIP_START)

/** Judges a container and says so; false where something does not hold. */
export async function verifyContainerFile(bytes: Buffer, options: VerifyContainerOptions): Promise<boolean> {
  const out = output(options.lang)
  const pins = await pinsOf(options)
  try {
    const verdict = await verifyContainer(bytes, pins)
    if (options.json === true) out.json(verdict)
    else print(verdict, out)
    return verdict.holds
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error
    if (options.json === true) out.json({ holds: false, fault: error.kind })
    else out.line(out.bad(`✗ ${out.text(FAULT_SENTENCES[error.kind])}`))
    return false
  }
}

/** What the reader knows beforehand. */
async function pinsOf(options: VerifyContainerOptions): Promise<Pins> {
  if (options.application !== undefined) throw new WrongUsage('--application: the container brings its own')
  const trust = options.trust === undefined ? undefined : await readTrust(options.trust)
  const seal = options.brokerCertificate === undefined ? [] : [readFileSync(options.brokerCertificate, 'utf8')]
  const logKey = options.logKey === undefined ? trust?.logKey : readFileSync(options.logKey, 'utf8').trim()
  const seals = trust?.seals ?? seal
  requireCertificates(seals)
  return {
    seals,
    ...(logKey === undefined ? {} : { logKey }),
    ...authoritiesIn(options.registryAuthorities),
    ...(options.timeStampAuthorities === undefined
      ? {}
      : { timeStampAuthorities: readFileSync(options.timeStampAuthorities, 'utf8') }),
  }
}

function authoritiesIn(file: string | undefined): Pick<Pins, 'registryAuthorities'> {
  if (file === undefined) return {}
  const pem = readFileSync(file, 'utf8')
  try {
    readBundle(Buffer.from(pem))
  } catch (error) {
    if (!(error instanceof NotACertificate)) throw error
    throw new WrongUsage('nothing was checked: --registry-authorities: no certificates in PEM', { cause: error })
  }
  return { registryAuthorities: pem }
}

function requireCertificates(seals: readonly string[]): void {
  try {
    for (const pem of seals) readCertificate(pem)
  } catch (error) {
    if (!(error instanceof NotACertificate)) throw error
    throw new WrongUsage("nothing was checked: edno's certificate cannot be read", { cause: error })
  }
}

function print(verdict: ContainerVerdict, out: Output): void {
  const { exchangeId = '?', consumer = '?', service = '?' } = verdict
  const said = sayVerdict(verdict)
  out.line(out.strong(fill(out.text(CONTAINER_WORDS.about), exchangeId, consumer, service)))
  for (const { mark, text } of said.sentences) out.line(`  ${signOf(mark, out)} ${out.text(text)}`)
  out.line()
  for (const { text, reply } of said.questions) out.line(`${out.text(text)} ${out.strong(out.text(reply))}.`)
  const last = out.text(said.verdict)
  out.line(said.holds ? `\n${out.good(`✓ ${last}`)}` : `\n${out.bad(`✗ ${last}`)}`)
}

function signOf(mark: Mark, out: Output): string {
  if (mark === 'unknown') return out.faint('?')
  return mark === 'holds' ? out.good('✓') : out.bad('✗')
}
