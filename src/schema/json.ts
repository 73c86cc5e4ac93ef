/** What JSON can say; the same shape as the vocabulary's, restated because a leaf imports nothing. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }
export type JsonObject = { readonly [member: string]: Json }

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The line on which a text stops being JSON. What the parser says repeats the text, which may be nobody's to read, and names a
 * position for some mistakes only: so the longest beginning is sought that a whole document could begin with.
 */
export function lineOfBreak(text: string): number {
  let [whole, broken] = [0, text.length + 1]
  while (broken - whole > 1) {
    const middle = Math.floor((whole + broken) / 2)
    if (couldGoOn(text.slice(0, middle))) whole = middle
    else broken = middle
  }
  return text.slice(0, whole).split('\n').length
}

function couldGoOn(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const message = String(error)
    const [, position = 0] = /at position (\d+)/.exec(message) ?? []
    return /Unexpected end|Unterminated string/.test(message) || Number(position) >= text.length
  }
}
