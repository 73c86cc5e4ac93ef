import { BrokerError } from '../problem/broker-error.ts'

/** Texts are passed over; a number is all that can stand in one. Of JSON that was parsed. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/**
 * A number is read as it was written, or not at all: what a parser rounds, or spells in another way, would be another text
 * than the one that was signed. Refuses with `request.schema`.
 */
export function requirePlainNumbers(json: string): void {
  for (const [token] of json.matchAll(TOKENS)) {
    if (token.startsWith('"') || (PLAIN.test(token) && String(Number(token)) === token)) continue
    throw new BrokerError('request.schema', 'a number that is too long, or not plainly written: write it as a text')
  }
}
