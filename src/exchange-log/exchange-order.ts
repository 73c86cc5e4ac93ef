import { UUID_WORDS } from './uuid-words.ts'

/** An exchange by its id and its consumer; and what is known of it, in the last two bits. */
const SLOT = UUID_WORDS + 1
const STATE = UUID_WORDS
const [OPENED, ANSWERED] = [1, 2]
const FIRST_SLOTS = 1024

/** What an exchange must have been through before an entry of this event speaks of it. */
const AFTER: Readonly<Record<string, number>> = {
  asked: OPENED,
  incident: OPENED,
  erased: OPENED,
  retention: OPENED,
  late: ANSWERED,
  acknowledged: ANSWERED,
}

/**
 * The order of the entries of each exchange: opened once, answered once and not before, and nothing else before it was opened.
 * Exact, in 40 octets or so of each exchange, because a log has millions of them.
 */
export class ExchangeOrder {
  opened = 0
  answered = 0
  #slots = new Int32Array(FIRST_SLOTS * SLOT)
  readonly #consumers = new Map<string, number>()

  /** False where an entry comes too early, or a second time. */
  take(event: string, id: Int32Array, consumer: string): boolean {
    const number = this.#numberOf(consumer)
    const at = this.#find(id, 0, number)
    const state = (this.#slots[at + STATE] ?? 0) & 3
    if (event === 'opened') return state === 0 && this.#open(at, id, number)
    if (event === 'answered') return state === OPENED && this.#answer(at)
    const after = AFTER[event]
    return after === undefined || state >= after
  }

  #numberOf(consumer: string): number {
    const known = this.#consumers.get(consumer)
    if (known !== undefined) return known
    const fresh = this.#consumers.size + 1
    this.#consumers.set(consumer, fresh)
    return fresh
  }

  #open(at: number, id: Int32Array, consumer: number): true {
    for (let word = 0; word < UUID_WORDS; word += 1) this.#slots[at + word] = id[word] ?? 0
    this.#slots[at + STATE] = (consumer << 2) | OPENED
    this.opened += 1
    if (this.opened * 2 * SLOT > this.#slots.length) this.#grow()
    return true
  }

  #answer(at: number): true {
    this.#slots[at + STATE] = ((this.#slots[at + STATE] ?? 0) & ~3) | ANSWERED
    this.answered += 1
    return true
  }

  /** Where the exchange of the id stands that begins at `from`, or would stand. */
  #find(ids: Int32Array, from: number, consumer: number): number {
    const slots = this.#slots
    const count = slots.length / SLOT
    // The last words of an id are random, whatever its version.
    const mixed = Math.imul((ids[from + 3] ?? 0) ^ Math.imul(ids[from + 2] ?? 0, 0x9e3779b1), 0x85ebca6b) >>> 0
    for (let slot = mixed % count; ; slot = slot + 1 === count ? 0 : slot + 1) {
      const state = slots[slot * SLOT + STATE] ?? 0
      if (state === 0 || (state >> 2 === consumer && isSame(slots, slot * SLOT, ids, from))) return slot * SLOT
    }
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length * 2)
    for (let at = 0; at < before.length; at += SLOT) {
      const state = before[at + STATE] ?? 0
      if (state === 0) continue
      const to = this.#find(before, at, state >> 2)
      for (let word = 0; word < SLOT; word += 1) this.#slots[to + word] = before[at + word] ?? 0
    }
  }
}

function isSame(one: Int32Array, at: number, other: Int32Array, from: number): boolean {
  for (let word = 0; word < UUID_WORDS; word += 1) if (one[at + word] !== other[from + word]) return false
  return true
}
