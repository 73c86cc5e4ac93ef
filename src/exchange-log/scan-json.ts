const [QUOTE, BACKSLASH, COMMA, MINUS, ZERO, NINE, COLON] = [0x22, 0x5c, 0x2c, 0x2d, 0x30, 0x39, 0x3a]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const [SPACE, DELETE] = [0x20, 0x7f]
/** So many digits are exact in a double. */
const DIGITS = 15
const DEPTH = 16

/** Octets by which the kinds of values begin; a number begins by another. */
export const [TEXT, LIST, OBJECT] = [QUOTE, OPEN_LIST, OPEN_OBJECT]

/** Where the parts of a member stand among the numbers of `members`. */
export const [KEY_FROM, KEY_TO, KIND, FROM, TO, MEMBER] = [0, 1, 2, 3, 4, 5]
const MOST_MEMBERS = 64

/**
 * Reads canonical JSON (RFC 8785) of the kind entries are made of, in one pass over the bytes: objects, lists, whole numbers and
 * plain ASCII. It takes nothing that is not canonical; what it does not know it does not take either.
 */
export class JsonScanner {
  /** Of the outermost object, in their order; the spans of keys and texts are without their quotes. */
  readonly members = new Int32Array(MOST_MEMBERS * MEMBER)
  count = 0
  #at = 0
  #end = 0
  #bytes: Uint8Array = new Uint8Array()

  /** True where the whole of it is one canonical object. */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    this.#bytes = bytes
    this.#at = from
    this.#end = to
    this.count = 0
    return this.#next() === OPEN_OBJECT && this.#object(0) && this.#at === to
  }

  #next(): number | undefined {
    return this.#at < this.#end ? this.#bytes[this.#at] : undefined
  }

  #value(depth: number): boolean {
    const first = this.#next()
    if (first === QUOTE) return this.#string()
    if (first === OPEN_OBJECT) return depth < DEPTH && this.#object(depth)
    if (first === OPEN_LIST) return depth < DEPTH && this.#list(depth)
    return this.#number()
  }

  #object(depth: number): boolean {
    this.#at += 1
    if (this.#skip(CLOSE_OBJECT)) return true
    let [beforeFrom, beforeTo] = [0, 0]
    do {
      const from = this.#at + 1
      if (!this.#string()) return false
      const to = this.#at - 1
      if (beforeTo > 0 && !this.#ascends(beforeFrom, beforeTo, from, to)) return false
      beforeFrom = from
      beforeTo = to
      if (!this.#member(depth, from, to)) return false
    } while (this.#skip(COMMA))
    return this.#skip(CLOSE_OBJECT)
  }

  #member(depth: number, keyFrom: number, keyTo: number): boolean {
    if (!this.#skip(COLON)) return false
    const from = this.#at
    const kind = this.#next() ?? 0
    const inner = kind === TEXT ? 1 : 0
    if (!this.#value(depth + 1)) return false
    if (depth > 0) return true
    if (this.count === MOST_MEMBERS) return false
    const { members } = this
    const at = this.count * MEMBER
    members[at + KEY_FROM] = keyFrom
    members[at + KEY_TO] = keyTo
    members[at + KIND] = kind
    members[at + FROM] = from + inner
    members[at + TO] = this.#at - inner
    this.count += 1
    return true
  }

  #list(depth: number): boolean {
    this.#at += 1
    if (this.#skip(CLOSE_LIST)) return true
    do if (!this.#value(depth + 1)) return false
    while (this.#skip(COMMA))
    return this.#skip(CLOSE_LIST)
  }

  #string(): boolean {
    if (!this.#skip(QUOTE)) return false
    const bytes = this.#bytes
    let at = this.#at
    for (; at < this.#end; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) break
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return false
    }
    this.#at = at
    return this.#skip(QUOTE)
  }

  #number(): boolean {
    const negative = this.#skip(MINUS)
    const from = this.#at
    while (isDigit(this.#next())) this.#at += 1
    const length = this.#at - from
    if (this.#bytes[from] === ZERO) return length === 1 && !negative
    return length > 0 && length <= DIGITS
  }

  #skip(byte: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== byte) return false
    this.#at += 1
    return true
  }

  /** Keys in the order of their code units, none of them twice. */
  #ascends(beforeFrom: number, beforeTo: number, from: number, to: number): boolean {
    const bytes = this.#bytes
    const length = Math.min(beforeTo - beforeFrom, to - from)
    for (let i = 0; i < length; i += 1) {
      const difference = (bytes[from + i] ?? 0) - (bytes[beforeFrom + i] ?? 0)
      if (difference !== 0) return difference > 0
    }
    return to - from > beforeTo - beforeFrom
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE
