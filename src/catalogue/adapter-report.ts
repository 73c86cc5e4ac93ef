import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPORT_FILE } from './folder-digest.ts'

/** What `edno adapter check` found, of the files as they were then. */
export interface AdapterReport {
  readonly adapter: string
  /** SHA-256 over all files of the adapter. */
  readonly digest: string
  /** Of the edno that checked. */
  readonly edno: string
  readonly at: string
  readonly passed: boolean
  readonly checks: readonly CheckResult[]
}

export interface CheckResult {
  readonly group: string
  readonly title: string
  readonly passed: boolean
  readonly ms: number
  /** Why not; holds values of the examples. */
  readonly reason?: string
  /** Why it was not run: what it looks for cannot be in such an operation. It counts as passed. */
  readonly notApplicable?: string
}

/** RFC 8725 §3.11: what is signed says what it is, so that no other signed thing passes for it. */
const HEADER = { alg: 'EdDSA', typ: 'edno-adapter-report+jws' }

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A compact JWS (RFC 7515) of Ed25519 (RFC 8037); without the reasons. Throws Node's error for a key of another kind. */
export function signReport(report: AdapterReport, keyPem: string): string {
  const checks = report.checks.map(({ reason: _reason, ...check }) => check)
  const signed = `${encode(HEADER)}.${encode({ ...report, checks })}`
  return `${signed}.${sign(null, Buffer.from(signed), requireEd25519(createPrivateKey(keyPem))).toString('base64url')}`
}

function requireEd25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the key is not an Ed25519 key')
  return key
}

export interface ReportRule {
  /** Public keys in PEM. */
  readonly keys: readonly string[]
}

/** Why the adapter of this folder may not be opened; undefined where its report is in order. */
export function reportMistake(
  { folder, digest, id }: { readonly folder: string; readonly digest: string; readonly id: string },
  { keys }: ReportRule,
): string | undefined {
  const file = join(folder, REPORT_FILE)
  if (!existsSync(file)) return `has no report: run edno adapter check --sign-with, which writes ${REPORT_FILE}`
  const report = readReport(readFileSync(file, 'utf8'), keys)
  if (report === undefined) return `${REPORT_FILE} is signed by no key of adapters.reportKeyFiles`
  if (report.adapter !== id || report.digest !== digest) return `${REPORT_FILE} was made of other files than these`
  return report.passed ? undefined : `${REPORT_FILE} says that the adapter failed`
}

/** Undefined where none of the keys signed it. */
export function readReport(jws: string, keys: readonly string[]): AdapterReport | undefined {
  const [header = '', payload = '', signature = '', ...more] = jws.trim().split('.')
  if (more.length > 0 || header !== encode(HEADER)) return undefined
  const signed = Buffer.from(`${header}.${payload}`)
  const proof = Buffer.from(signature, 'base64url')
  const isTrue = keys.some((pem) => verify(null, signed, requireEd25519(createPublicKey(pem)), proof))
  return isTrue ? (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as AdapterReport) : undefined
}
