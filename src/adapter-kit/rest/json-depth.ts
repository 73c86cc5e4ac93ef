/** Far deeper than any agreed answer, and far less than what a parser's stack or time would feel. */
const MAX_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/** One pass over the bytes of a JSON text, before any parser sees them; whether they are JSON is the parser's to say. */
export function isDeepJson(bytes: Uint8Array): boolean {
  let depth = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (CLOSING.has(byte)) depth -= 1
    else if (OPENING.has(byte) && ++depth > MAX_DEPTH) return true
  }
  return false
}

/** Index of the quote that ends the text which starts at `start`. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
