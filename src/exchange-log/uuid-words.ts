/** A UUID is four words of 32 bits. */
export const UUID_WORDS = 4

const VALUE = new Int8Array(256).fill(-1)
for (const [value, digit] of Buffer.from('0123456789abcdef').entries()) VALUE[digit] = value

/** Where the 32 digits stand among the 36 letters. */
const PLACES = Array.from({ length: 36 }, (_, at) => at).filter((at) => ![8, 13, 18, 23].includes(at))
const HYPHEN = 0x2d

/** Reads the one form that edno writes, in small letters; false for any other. */
export function readUuid(bytes: Uint8Array, from: number, words: Int32Array): boolean {
  for (let word = 0; word < UUID_WORDS; word += 1) {
    let value = 0
    for (let digit = 0; digit < 8; digit += 1) {
      const each = VALUE[bytes[from + (PLACES[word * 8 + digit] ?? 0)] ?? 0] ?? -1
      if (each < 0) return false
      value = (value << 4) | each
    }
    words[word] = value
  }
  return [8, 13, 18, 23].every((at) => bytes[from + at] === HYPHEN)
}
