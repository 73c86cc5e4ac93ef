const [QUOTE, BACKSLASH, COMMA, MINUS, ZERO, NINE, COLON] = [0x22, 0x5c, 0x2c, 0x2d, 0x30, 0x39, 0x3a]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const [SPACE, DELETE] = [0x20, 0x7f]
/** Octets that a text holds as they are. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= SPACE && octet < DELETE && octet !== QUOTE && octet !== BACKSLASH ? 1 : 0,
)
/** So many digits are exact in a double. */
const DIGITS = 15
const DEPTH = 16

/** Where the text ends whose octets begin here: at its quote, where it has one. */
export function endOfText(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && PLAIN[bytes[at] ?? 0] === 1) at += 1
  return at
}

/**
 * Reads values of canonical JSON (RFC 8785) of the kind entries are made of, in one pass over the bytes: objects, lists, whole
 * numbers and plain ASCII. It takes nothing that is not canonical; what it does not know it does not take either.
 */
export class JsonScanner {
  #at = 0
  #end = 0
  #bytes: Uint8Array = new Uint8Array()

  /** Where the value ends that begins at `from`, before `to`; -1 where there is none, or none that is canonical. */
  endOf(bytes: Uint8Array, from: number, to: number): number {
    this.#bytes = bytes
    this.#at = from
    this.#end = to
    return this.#value(0) ? this.#at : -1
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
      if (!this.#skip(COLON) || !this.#value(depth + 1)) return false
    } while (this.#skip(COMMA))
    return this.#skip(CLOSE_OBJECT)
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
    this.#at = endOfText(this.#bytes, this.#at, this.#end)
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
