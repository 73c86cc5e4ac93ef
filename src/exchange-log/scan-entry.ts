import canonicalize from 'canonicalize'
import { CONSUMER, EVENT, type EventRule, EXCHANGE_ID, fieldAt, hasShape, RULES, TIME } from './field-shapes.ts'
import { FROM, JsonScanner, KEY_FROM, KEY_TO, KIND, MEMBER, TO } from './scan-json.ts'
import { instantOf } from './scan-instant.ts'
import { readUuid, UUID_WORDS } from './uuid-words.ts'

/**
 * Reads entries where they lie in their bundle, one after another: canonical JSON, a known event, every field that the event
 * must have and none that it may not, commitments and digests in their shape. What it read stands in its members
 * until the next entry.
 */
export class EntryScanner {
  event: EventRule['name'] = ''
  /** Milliseconds since 1970. */
  time = 0
  /** Empty where the entry is about none. */
  consumer = ''
  /** The id of the exchange; not of this entry where `hasExchange` is false. */
  readonly exchange = new Int32Array(UUID_WORDS)
  hasExchange = false
  readonly #json = new JsonScanner()
  readonly #span = { kind: 0, from: 0, to: 0 }

  /** False where it is no entry of version 1. */
  scan(bytes: Buffer, from: number, to: number): boolean {
    if (this.#json.scan(bytes, from, to)) return this.#judge(bytes)
    const plain = plainly(bytes.subarray(from, to))
    return plain !== undefined && this.#json.scan(plain, 0, plain.length) && this.#judge(plain)
  }

  #judge(bytes: Buffer): boolean {
    const { members, count } = this.#json
    let [low, high] = [0, 0]
    this.event = ''
    this.time = 0
    this.consumer = ''
    this.hasExchange = false
    for (let at = 0; at < count * MEMBER; at += MEMBER) {
      const field = fieldAt(bytes, members[at + KEY_FROM] ?? 0, members[at + KEY_TO] ?? 0)
      if (field < 0) return false
      if (field < 32) low |= 1 << field
      else high |= 1 << (field - 32)
      if (!this.#take(bytes, at, field)) return false
    }
    const rule = RULES.get(this.event)
    if (rule === undefined) return false
    const { must, known } = rule
    return (low & must.low) === must.low && (high & must.high) === must.high && within(low, high, known)
  }

  #take(bytes: Buffer, at: number, field: number): boolean {
    const { members } = this.#json
    const span = this.#span
    span.kind = members[at + KIND] ?? 0
    span.from = members[at + FROM] ?? 0
    span.to = members[at + TO] ?? 0
    if (!hasShape(bytes, span, field)) return false
    if (field === EVENT) this.event = bytes.toString('latin1', span.from, span.to)
    else if (field === CONSUMER) this.consumer = bytes.toString('latin1', span.from, span.to)
    else if (field === TIME) this.time = instantOf(bytes.toString('latin1', span.from, span.to))
    else if (field === EXCHANGE_ID) return (this.hasExchange = readUuid(bytes, span.from, this.exchange))
    return !Number.isNaN(this.time)
  }
}

const within = (low: number, high: number, known: EventRule['known']): boolean =>
  (low & ~known.low) === 0 && (high & ~known.high) === 0

/**
 * What the scanner does not know: letters beyond ASCII, escapes, numbers that are not whole. Where the bytes are canonical by the
 * specification, word by word, they are given with a letter of ASCII for each of these: no field of a shape has any.
 */
function plainly(bytes: Buffer): Buffer | undefined {
  const text = bytes.toString('utf8')
  const value = parse(text)
  if (value === undefined || canonicalize(value) !== text || !Buffer.from(text, 'utf8').equals(bytes)) return undefined
  return Buffer.from(canonicalize(plain(value)) ?? '')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const FOREIGN = /[^ !#-[\]-~]/g

/** Names stay as they are: one that is foreign belongs to no event. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(FOREIGN, '?')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? value : '?'
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}
