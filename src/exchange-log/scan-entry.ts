import canonicalize from 'canonicalize'
import { CONSUMER, EVENT, type EventRule, EXCHANGE_ID, NameReader, RULES, TIME, writtenLength } from './field-names.ts'
import { endOfValue, uuid } from './field-shapes.ts'
import { InstantReader } from './scan-instant.ts'
import { UUID_WORDS } from './uuid-words.ts'
import { WordReader } from './scan-word.ts'

const [COMMA, OPEN, CLOSE] = [0x2c, 0x7b, 0x7d]

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
  #rule: EventRule | undefined
  readonly #names = new NameReader()
  readonly #words = new WordReader()
  readonly #instants = new InstantReader()

  /** False where it is no entry of version 1. */
  scan(bytes: Buffer, from: number, to: number): boolean {
    if (this.#read(bytes, from, to)) return true
    const plain = plainly(bytes.subarray(from, to))
    return plain !== undefined && this.#read(plain, 0, plain.length)
  }

  /** One pass over the members, whose names must ascend. */
  #read(bytes: Buffer, from: number, to: number): boolean {
    let [low, high, before] = [0, 0, -1]
    this.#rule = undefined
    this.time = 0
    this.consumer = ''
    this.hasExchange = false
    let at = from
    if (bytes[at] !== OPEN) return false
    do {
      const field = this.#names.read(bytes, at + 1, to, before)
      if (field <= before) return false
      before = field
      const value = at + 1 + writtenLength(field)
      if (field < 32) low |= 1 << field
      else high |= 1 << (field - 32)
      at = endOfValue(bytes, value, to, field)
      if (at < 0 || !this.#take(bytes, value + 1, at - 1, field)) return false
    } while (at < to && bytes[at] === COMMA)
    return at + 1 === to && bytes[at] === CLOSE && this.#isWhole(low, high)
  }

  #takeExchange(): void {
    this.hasExchange = true
    for (let word = 0; word < UUID_WORDS; word += 1) this.exchange[word] = uuid[word] ?? 0
  }

  #isWhole(low: number, high: number): boolean {
    if (this.#rule === undefined) return false
    const { name, must, known } = this.#rule
    this.event = name
    return (low & must.low) === must.low && (high & must.high) === must.high && within(low, high, known)
  }

  /** What of a member is needed beyond its shape; from and to without quotes. */
  #take(bytes: Buffer, from: number, to: number, field: number): boolean {
    if (field === EVENT) this.#rule = RULES.get(this.#words.read(bytes, from, to))
    else if (field === CONSUMER) this.consumer = this.#words.read(bytes, from, to)
    else if (field === TIME) this.time = this.#instants.read(bytes, from, to)
    else if (field === EXCHANGE_ID) this.#takeExchange()
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

/** Names stay as they are: one that is foreign belongs to no event. A number stays one: no field is a text because of it. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(FOREIGN, '?')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? value : 0
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}
