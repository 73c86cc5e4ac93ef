/** A UUID is four words of 32 bits. */
export const UUID_WORDS = 4

const VALUE = new Int8Array(256).fill(-1)
for (const [value, digit] of Buffer.from('0123456789abcdef').entries()) VALUE[digit] = value

const HYPHEN = 0x2d
const HYPHENS = [8, 13, 18, 23] as const
/** Where the groups of four digits begin among the 36 letters; two of them are a word. */
const GROUPS = [0, 4, 9, 14, 19, 24, 28, 32] as const

/** Reads the one form that edno writes, in small letters; false for any other. */
export function readUuid(bytes: Uint8Array, from: number, words: Int32Array): boolean {
  for (let i = 0; i < HYPHENS.length; i += 1) if (bytes[from + (HYPHENS[i] ?? 0)] !== HYPHEN) return false
  for (let word = 0; word < UUID_WORDS; word += 1) {
    const high = fourDigits(bytes, from + (GROUPS[word * 2] ?? 0))
    const low = fourDigits(bytes, from + (GROUPS[word * 2 + 1] ?? 0))
    if (high < 0 || low < 0) return false
    words[word] = (high << 16) | low
  }
  return true
}

const digitAt = (bytes: Uint8Array, at: number): number => VALUE[bytes[at] ?? 0] ?? -1

/** Negative where one of them is none. */
const fourDigits = (bytes: Uint8Array, at: number): number =>
  (digitAt(bytes, at) << 12) | (digitAt(bytes, at + 1) << 8) | (digitAt(bytes, at + 2) << 4) | digitAt(bytes, at + 3)
