import { EVENTS, type EventFields, type Field, FIELDS, type Shape } from './entry-fields.ts'
import { LIST, OBJECT, TEXT } from './scan-json.ts'

const NAMES = Object.keys(FIELDS) as Field[]
const SHAPES: readonly Shape[] = NAMES.map((name) => FIELDS[name])

/** Two masks, because the bits of a number end at 32. */
interface Mask {
  readonly low: number
  readonly high: number
}

const maskOf = (fields: readonly Field[]): Mask => {
  const bits = fields.map((field) => NAMES.indexOf(field))
  const of = (from: number): number =>
    bits.filter((bit) => bit >= from && bit < from + 32).reduce((mask, bit) => mask | (1 << (bit - from)), 0)
  return { low: of(0), high: of(32) }
}

export interface EventRule {
  readonly name: string
  readonly must: Mask
  readonly known: Mask
}

const ALWAYS = ['v', 'time', 'event'] as const

export const RULES: ReadonlyMap<string, EventRule> = new Map(
  Object.entries<EventFields>(EVENTS).map(([name, { must, may }]) => [
    name,
    { name, must: maskOf([...ALWAYS, ...must]), known: maskOf([...ALWAYS, ...must, ...may]) },
  ]),
)

/** Names by a hash of their ends: a look-up costs no string. */
const SLOTS = 512
const slotOf = (bytes: Uint8Array, from: number, to: number): number =>
  ((to - from) * 37 + (bytes[from] ?? 0) * 5 + (bytes[to - 1] ?? 0) * 17 + (bytes[from + ((to - from) >> 1)] ?? 0)) %
  SLOTS

const ENCODED = NAMES.map((name) => Buffer.from(name))
const AT = new Int8Array(SLOTS).fill(-1)
ENCODED.forEach((name, field) => {
  let slot = slotOf(name, 0, name.length)
  while ((AT[slot] ?? -1) >= 0) slot = (slot + 1) % SLOTS
  AT[slot] = field
})

/** The number of the field of this name; -1 where there is none. */
export function fieldAt(bytes: Uint8Array, from: number, to: number): number {
  for (let slot = slotOf(bytes, from, to); ; slot = (slot + 1) % SLOTS) {
    const field = AT[slot] ?? -1
    if (field < 0 || isWord(bytes, from, to, field)) return field
  }
}

function isWord(bytes: Uint8Array, from: number, to: number, field: number): boolean {
  const word = ENCODED[field]
  if (word === undefined || word.length !== to - from) return false
  for (let i = 0; i < word.length; i += 1) if (bytes[from + i] !== word[i]) return false
  return true
}

export const [EVENT, TIME, EXCHANGE_ID, CONSUMER] = (['event', 'time', 'exchangeId', 'consumer'] as const).map((name) =>
  NAMES.indexOf(name),
) as [number, number, number, number]

/** Octets of hexadecimal digits, and of base64url. */
const [HEX, BASE64URL] = [1, 2]
const CLASSES = new Uint8Array(256)
const mark = (text: string, kind: number): void => {
  for (const octet of Buffer.from(text)) CLASSES[octet] = (CLASSES[octet] ?? 0) | kind
}
mark('0123456789abcdef', HEX)
mark('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_', BASE64URL)

function all(bytes: Uint8Array, from: number, to: number, kind: number): boolean {
  for (let at = from; at < to; at += 1) if (((CLASSES[bytes[at] ?? 0] ?? 0) & kind) === 0) return false
  return true
}

/** HMAC-SHA256 is 32 octets: 43 letters of base64url, the last of which has four bits only. */
const LAST_OF_COMMITMENT = new Set(Buffer.from('AEIMQUYcgkosw048'))

/** Is the value of a field written as that field's values are? `kind` is the octet by which it begins. */
export function hasShape(bytes: Uint8Array, span: { kind: number; from: number; to: number }, field: number): boolean {
  const { kind, from, to } = span
  const shape = SHAPES[field]
  if (shape === 'list') return kind === LIST
  if (shape === 'counts') return kind === OBJECT
  if (shape === 'digest-or-counts' && kind === OBJECT) return true
  if (shape === 'version') return to - from === 1 && kind === 0x31
  return kind === TEXT && isText(bytes, from, to, shape)
}

function isText(bytes: Uint8Array, from: number, to: number, shape: Shape | undefined): boolean {
  if (shape === 'sha256' || shape === 'digest-or-counts') return to - from === 64 && all(bytes, from, to, HEX)
  if (shape === 'commitment')
    return to - from === 43 && all(bytes, from, to, BASE64URL) && LAST_OF_COMMITMENT.has(bytes[to - 1] ?? 0)
  // Its digits are looked at where it is read.
  return shape === 'uuid' ? to - from === 36 : to > from
}
