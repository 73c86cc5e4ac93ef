import { EVENTS, type EventFields, type Field, FIELDS } from './entry-fields.ts'
import { endOfText } from './scan-json.ts'

/** In the order in which canonical JSON has them: a field's number is its place, and numbers ascend in an entry. */
export const NAMES = (Object.keys(FIELDS) as Field[]).toSorted((one, other) => (one < other ? -1 : 1))

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

/** As they stand in an entry, with the colon: `"name":`. */
const WRITTEN = NAMES.map((name) => Uint8Array.from(Buffer.from(`"${name}":`)))
const FRAME = '"":'.length

/** How many octets a name takes with its quotes and its colon. */
export const writtenLength = (field: number): number => WRITTEN[field]?.length ?? 0

/** Names by a hash of their ends: a look-up costs no string. */
const SLOTS = 512
const slotOf = (bytes: Uint8Array, from: number, to: number): number =>
  ((to - from) * 37 + (bytes[from] ?? 0) * 5 + (bytes[to - 1] ?? 0) * 17 + (bytes[from + ((to - from) >> 1)] ?? 0)) %
  SLOTS

const AT = new Int8Array(SLOTS).fill(-1)
WRITTEN.forEach((name, field) => {
  let slot = slotOf(name, 1, name.length - FRAME + 1)
  while ((AT[slot] ?? -1) >= 0) slot = (slot + 1) % SLOTS
  AT[slot] = field
})

/** Reads names of fields. The two that followed lately are tried first: entries of a log are alike. */
export class NameReader {
  /** By the field before, counted from one. */
  readonly #after = new Int8Array(NAMES.length + 1)
  readonly #orElse = new Int8Array(NAMES.length + 1)

  /** The number of the field whose name begins at `from`, behind the field `before` (-1: behind none); -1 where there is none. */
  read(bytes: Uint8Array, from: number, to: number, before: number): number {
    const place = before + 1
    const guess = this.#after[place] ?? 0
    if (isAt(bytes, from, guess)) return guess
    const other = this.#orElse[place] ?? 0
    const field = isAt(bytes, from, other) ? other : fieldAt(bytes, from, endOfText(bytes, from + 1, to))
    if (field < 0) return field
    this.#after[place] = field
    this.#orElse[place] = guess
    return field
  }
}

function fieldAt(bytes: Uint8Array, from: number, end: number): number {
  for (let slot = slotOf(bytes, from + 1, end); ; slot = (slot + 1) % SLOTS) {
    const field = AT[slot] ?? -1
    if (field < 0 || isAt(bytes, from, field)) return field
  }
}

function isAt(bytes: Uint8Array, from: number, field: number): boolean {
  const name = WRITTEN[field]
  if (name === undefined) return false
  for (let i = 0; i < name.length; i += 1) if (bytes[from + i] !== name[i]) return false
  return true
}

export const [EVENT, TIME, EXCHANGE_ID, CONSUMER] = (['event', 'time', 'exchangeId', 'consumer'] as const).map((name) =>
  NAMES.indexOf(name),
) as [number, number, number, number]
