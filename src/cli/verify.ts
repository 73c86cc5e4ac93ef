import { existsSync, readFileSync, statSync } from 'node:fs'
import { ZIP_LIMITS } from '../evidence/read-zip.ts'
import { formOf } from '../client/form-of.ts'
import {
  type Finding,
  type FindingCode,
  type HeldEvidence,
  type Verdict,
  verifyExchange,
} from '../client/verify-exchange.ts'
import { bringsItsOwnKeys, type FoundEvidence, readEvidence } from './held-evidence.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { verifyByTrust } from './trusted-evidence.ts'
import { type Output, output } from './output.ts'
import { sentenceOf } from './mistake-sentences.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { fill } from './demo/words.ts'
import { allFindings, MISSING, OWN_KEYS, SENTENCES, UNCHECKED, VERDICT_WORDS } from '../client/verify-sentences.ts'
import { mayBeContainer, verifyContainerFile } from './verify-container.ts'
import { WrongUsage } from './wrong-usage.ts'

/** The document element, whatever its prefix. */
const ANSWER_ROOT = /^[^<]*(?:<\?[^>]*\?>\s*)?<(?:\w+:)?Answer[\s>]/
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]*\s*$/
const FLATTENED_JWS = /^\s*\{[^]*"signature"/

/** Only whether it is worth a verdict, no judgement. */
const mayBeAnswer = (bytes: Uint8Array): boolean => {
  const forms = { xml: ANSWER_ROOT, jws: COMPACT_JWS, 'jws-flattened': FLATTENED_JWS }
  return forms[formOf(bytes)].test(Buffer.from(bytes).toString('utf8'))
}

export interface VerifyOptions {
  readonly brokerCertificate?: string
  readonly logKey?: string
  readonly witnessVkey?: readonly string[]
  readonly trust?: string
  readonly timeStampAuthorities?: string
  readonly registryAuthorities?: string
  readonly application?: string
  readonly json?: boolean
  readonly lang?: string
}

/** Judges what lies at the path and says so; false where something does not hold. */
export async function verify(path: string, options: VerifyOptions): Promise<boolean> {
  const container = containerAt(path)
  if (container !== undefined) return verifyContainerFile(container, options)
  if (options.registryAuthorities !== undefined)
    throw new WrongUsage('--registry-authorities: only a container holds what registries answered')
  const held = heldAt(path, options)
  const verdict = options.trust === undefined ? verifyExchange(held) : await verifyByTrust(held, options.trust)
  const ownKeys = options.trust === undefined && bringsItsOwnKeys(held, options)
  const out = output(options.lang)
  if (options.json === true) out.json({ ...verdictView(verdict), ownKeys, application: held.applicationFile })
  else {
    printVerdict(verdict, out, held.applicationFile)
    if (ownKeys) printOwnKeys(held, out)
    printLastLine(verdict, out)
  }
  return verdict.holds
}

/** A file that is a ZIP archive; what else it is comes out. */
function containerAt(path: string): Buffer | undefined {
  if (!existsSync(path) || !statSync(path).isFile() || statSync(path).size > ZIP_LIMITS.archiveBytes) return undefined
  const bytes = readFileSync(path)
  return mayBeContainer(bytes) ? bytes : undefined
}

/** Evidence that can be looked into at all; anything else is wrong usage and not evidence that does not hold. */
function heldAt(path: string, options: VerifyOptions): FoundEvidence {
  try {
    const held = readEvidence(path, options)
    if (!mayBeAnswer(held.answer)) throw new WrongUsage(`${path} is no answer of edno`)
    readCertificate(held.brokerCertificate)
    return held
  } catch (error) {
    if (error instanceof BrokerError) throw new WrongUsage("edno's certificate cannot be read", { cause: error })
    throw new WrongUsage(`nothing was checked: ${sentenceOf(error)}`, { cause: error })
  }
}

const verdictView = ({ holds, findings, missing, answer, stamp, index, treeSize, cosigned }: Verdict) => ({
  holds,
  findings,
  missing,
  exchangeId: answer?.exchangeId,
  status: answer?.status,
  stamp,
  index,
  treeSize,
  cosigned,
})

/** Keys that came with the evidence prove nothing by themselves: what to compare them with is said. */
function printOwnKeys({ brokerCertificate, logKey }: HeldEvidence, out: Output): void {
  out.line(`  ${out.faint('?')} ${out.text(OWN_KEYS)}`)
  out.line(`    SHA-256 ${readCertificate(brokerCertificate).sha256}`)
  if (logKey !== undefined) out.line(`    ${logKey}`)
}

function printLastLine(verdict: Verdict, out: Output): void {
  const { holds, findings, missing } = verdict
  const all = allFindings(verdict)
  const line = out.text(holds ? VERDICT_WORDS.holds : VERDICT_WORDS.fails)
  const names =
    missing.length > 0 || findings.length === all
      ? missing.map((name) => out.text(UNCHECKED[name]))
      : [out.text(VERDICT_WORDS.afterFailure)]
  const rest = names.length === 0 ? '' : `; ${fill(out.text(VERDICT_WORDS.notChecked), names.join(', '))}`
  const sentence = `${fill(line, findings.length, all)}${rest}.`
  out.line(`\n${holds ? out.good(`✓ ${sentence}`) : out.bad(`✗ ${sentence}`)}`)
}

/** Where these fail, another file may have been compared than was meant. */
const OF_APPLICATION: readonly FindingCode[] = [
  'answer.of-request',
  'application.signature',
  'application.same-exchange',
  'request.commitment',
]

/** Each finding as a sentence; what cannot be known is said too. */
export function printVerdict(verdict: Verdict, out: Output, applicationFile?: string): void {
  for (const finding of verdict.findings)
    out.line(`  ${sentenceOfFinding(finding, verdict, out)}${compared(finding, applicationFile)}`)
  for (const name of verdict.missing) out.line(`  ${out.faint('?')} ${out.text(MISSING[name])}`)
}

const compared = ({ what, holds }: Finding, file: string | undefined): string =>
  holds || file === undefined || !OF_APPLICATION.includes(what) ? '' : ` (${file})`

function sentenceOfFinding({ what, holds }: Finding, verdict: Verdict, out: Output): string {
  const sentence = fill(out.text(holds ? SENTENCES[what].holds : SENTENCES[what].fails), ...placesOf(what, verdict))
  return holds ? `${out.good('✓')} ${sentence}` : `${out.bad('✗')} ${sentence}`
}

function placesOf(what: FindingCode, { stamp, cosigned = [] }: Verdict): readonly string[] {
  if (what === 'answer.time-stamp') return [stamp?.at ?? '', stamp?.by ?? '']
  return what === 'checkpoint.witnesses' ? [cosigned.map(({ by, at }) => `${by} (${at})`).join(', ')] : []
}
