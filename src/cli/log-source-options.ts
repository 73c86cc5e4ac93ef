import { existsSync, readFileSync } from 'node:fs'
import { logAddress } from '../client/log-address.ts'
import type { LogSource } from '../exchange-log/log-source.ts'
import { noteVerifier } from '../exchange-log/note.ts'
import { sentenceOf } from './mistake-sentences.ts'
import { WrongUsage } from './wrong-usage.ts'

export const isAddress = (where: string): boolean => /^https?:\/\//i.test(where)

/** A log behind an address; close it. */
export function addressed(where: string, ca: string | undefined): ReturnType<typeof logAddress> {
  try {
    return logAddress(where, ca === undefined ? undefined : readFileSync(ca, 'utf8'))
  } catch (error) {
    throw new WrongUsage(`nothing was done: ${sentenceOf(error)}`, { cause: error })
  }
}

/** What TLS says where the authority of a server is none that this machine knows. */
const STRANGE_AUTHORITY: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Why a log could not be read; where it is for want of an authority, how to name one. */
export function sentenceOfLog(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const sentence = sentenceOf(error)
  return STRANGE_AUTHORITY.has(code)
    ? `${sentence}; the certificate of the address is of an authority that is not known here: name it with --ca FILE (PEM)`
    : sentence
}

/** What `--vkey` says, which is the key itself or a file that holds it; else the key that the log brings. */
export async function logKeyOf(source: LogSource, given: string | undefined): Promise<string> {
  const key = given === undefined ? (await source.read('log.vkey'))?.toString('utf8') : textOf(given)
  if (key === undefined) throw new WrongUsage('the log brings no key: name it with --vkey')
  try {
    noteVerifier(key)
  } catch (error) {
    throw new WrongUsage(`the key of the log: ${sentenceOf(error)}`, { cause: error })
  }
  return key.trim()
}

/** The text itself, or the file that holds it. */
export const textOf = (given: string): string => (existsSync(given) ? readFileSync(given, 'utf8') : given)
