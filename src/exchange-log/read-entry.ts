import canonicalize from 'canonicalize'
import type { LogEntry } from './entry.ts'
import { LogFault } from './log-fault.ts'

const OF_EXCHANGES: readonly unknown[] = ['opened', 'answered', 'refused']
const REQUIRED = ['time', 'event', 'consumer', 'signerCertificate', 'requestCommit'] as const
const OPTIONAL = [
  'onBehalfOf',
  'exchangeId',
  'service',
  'basis',
  'grant',
  'governance',
  'decision',
  'answerCommit',
  'status',
  'cancelledBy',
  'problem',
  'receivedDigest',
] as const

/** Reads an entry of version 1 about an exchange; refuses bytes that are not in canonical form, so that one entry has one spelling. */
export function readEntry(bytes: Uint8Array): LogEntry {
  const text = Buffer.from(bytes).toString('utf8')
  const value = parse(text)
  if (!isEntry(value) || canonicalize(value) !== text || Buffer.byteLength(text) !== bytes.length)
    throw new LogFault('entry-malformed', 'not a canonical entry of version 1')
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LogFault('entry-malformed', 'an entry is JSON', { cause })
  }
}

function isEntry(value: unknown): value is LogEntry {
  if (!isRecord(value) || value.v !== 1 || !OF_EXCHANGES.includes(value.event)) return false
  const known = new Set<string>(['v', 'calls', ...REQUIRED, ...OPTIONAL])
  return (
    Object.keys(value).every((key) => known.has(key)) &&
    REQUIRED.every((key) => typeof value[key] === 'string') &&
    OPTIONAL.every((key) => value[key] === undefined || typeof value[key] === 'string') &&
    (value.calls === undefined || (Array.isArray(value.calls) && value.calls.every(isLoggedCall)))
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const CALL_MEMBERS = ['call', 'operation', 'outcome', 'problem']

const isLoggedCall = (value: unknown): boolean =>
  isRecord(value) &&
  ['call', 'operation', 'outcome'].every((key) => typeof value[key] === 'string') &&
  Object.keys(value).every((key) => CALL_MEMBERS.includes(key) && typeof value[key] === 'string')
