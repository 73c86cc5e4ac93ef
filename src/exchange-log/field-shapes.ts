import { FIELDS, type Shape } from './entry-fields.ts'
import { NAMES } from './field-names.ts'
import { endOfText, JsonScanner } from './scan-json.ts'
import { readUuid, UUID_WORDS } from './uuid-words.ts'

const SHAPES: readonly Shape[] = NAMES.map((name) => FIELDS[name])

/** Octets by which values begin; a number begins by another. */
const [QUOTE, OPEN_LIST, OPEN_OBJECT, ONE] = [0x22, 0x5b, 0x7b, 0x31]

/** Octets of hexadecimal digits, and of base64url. */
const classOf = (letters: string): Uint8Array => {
  const octets = new Uint8Array(256)
  for (const octet of Buffer.from(letters)) octets[octet] = 1
  return octets
}
const HEX = classOf('0123456789abcdef')
const BASE64URL = classOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_')
/** HMAC-SHA256 is 32 octets: 43 letters of base64url, the last of which has four bits only. */
const LAST_OF_COMMITMENT = classOf('AEIMQUYcgkosw048')
const [COMMITMENT, DIGEST, UUID, INSTANT] = [43, 64, 36, 24]

const json = new JsonScanner()

/** The identifier that was read last. */
export const uuid = new Int32Array(UUID_WORDS)

/** Where the value of a field ends that begins at `from`; -1 where it is not written as that field's values are. */
export function endOfValue(bytes: Uint8Array, from: number, to: number, field: number): number {
  const shape = SHAPES[field]
  const first = bytes[from]
  if (first === QUOTE) return endOfQuoted(bytes, from + 1, to, shape)
  if (shape === 'version') return first === ONE ? from + 1 : -1
  const nested =
    shape === 'list' ? OPEN_LIST : shape === 'counts' || shape === 'digest-or-counts' ? OPEN_OBJECT : undefined
  return first === nested ? json.endOf(bytes, from, to) : -1
}

function endOfQuoted(bytes: Uint8Array, from: number, to: number, shape: Shape | undefined): number {
  const end = endOfLetters(bytes, from, to, shape)
  return end > from && end < to && bytes[end] === QUOTE ? end + 1 : -1
}

function endOfLetters(bytes: Uint8Array, from: number, to: number, shape: Shape | undefined): number {
  if (shape === 'text' || shape === 'event') return endOfText(bytes, from, to)
  if (shape === 'sha256' || shape === 'digest-or-counts') return endOfRun(bytes, from, DIGEST, HEX)
  if (shape === 'commitment') return endOfCommitment(bytes, from)
  if (shape === 'uuid') return readUuid(bytes, from, uuid) ? from + UUID : -1
  // Every letter of it is looked at where it is read.
  return shape === 'instant' ? from + INSTANT : -1
}

function endOfCommitment(bytes: Uint8Array, from: number): number {
  const end = endOfRun(bytes, from, COMMITMENT, BASE64URL)
  return LAST_OF_COMMITMENT[bytes[end - 1] ?? 0] === 1 ? end : -1
}

/** -1 where one of so many octets is of another class. */
function endOfRun(bytes: Uint8Array, from: number, length: number, octets: Uint8Array): number {
  const end = from + length
  for (let at = from; at < end; at += 1) if (octets[bytes[at] ?? 0] !== 1) return -1
  return end
}
