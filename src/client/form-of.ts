import type { SignedFormat } from '../model/exchange.ts'

const MARK = 0xef
const LESS_THAN = 0x3c
const BRACE = 0x7b

/**
 * The format a document seems to be in, by its first byte: for whoever holds a file and nothing that says what it is.
 * edno itself goes by the media type alone.
 */
export function formOf(bytes: Uint8Array): SignedFormat {
  const first = bytes.find((byte) => byte > 0x20)
  if (first === BRACE) return 'jws-flattened'
  return first === undefined || first === LESS_THAN || first === MARK ? 'xml' : 'jws'
}
