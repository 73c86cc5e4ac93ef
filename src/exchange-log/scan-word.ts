const SLOTS = 1024

/** Short words that come again and again: each is made a string once, for as long as no other takes its slot. */
export class WordReader {
  readonly #bytes: (Uint8Array | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '')

  /** The letters of ASCII from `from` to `to`. */
  read(bytes: Buffer, from: number, to: number): string {
    let mixed = to - from
    for (let at = from; at < to; at += 1) mixed = (Math.imul(mixed, 31) + (bytes[at] ?? 0)) | 0
    const slot = (mixed ^ (mixed >>> 10)) & (SLOTS - 1)
    const known = this.#bytes[slot]
    if (known?.length === to - from && isSame(known, bytes, from)) return this.#texts[slot] ?? ''
    const text = bytes.toString('latin1', from, to)
    this.#bytes[slot] = Uint8Array.from(bytes.subarray(from, to))
    this.#texts[slot] = text
    return text
  }
}

function isSame(word: Uint8Array, bytes: Buffer, from: number): boolean {
  for (let i = 0; i < word.length; i += 1) if (word[i] !== bytes[from + i]) return false
  return true
}
