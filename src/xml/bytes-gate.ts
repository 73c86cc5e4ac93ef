import { isUtf8 } from 'node:buffer'
import { scanMarkup, type XmlLimits } from './scan-markup.ts'
import { XmlFault } from './xml-fault.ts'

/** Bytes that passed the gate: UTF-8 without BOM, no DOCTYPE, no processing instructions, within the limits. */
export interface GatedXml {
  readonly bytes: Uint8Array
  /** Offset of the `</` that closes the root; undefined for a root without an end tag. */
  readonly rootCloseAt: number | undefined
}

/** What the scan allows where the caller states nothing else (xml-signatures §7). */
export const XML_LIMITS: XmlLimits = { maxElements: 50_000, maxDepth: 64, maxAttributes: 64 }

/**
 * The first look at bytes from outside, before any parser: one linear pass. A BOM is stripped.
 * Throws an `XmlFault`; whether the document is well-formed is the parser's to say.
 */
export function passGate(bytes: Uint8Array, maxBytes: number, limits: XmlLimits = XML_LIMITS): GatedXml {
  if (bytes.byteLength > maxBytes) throw new XmlFault('too-large', `more than ${maxBytes} bytes`)
  const bare = withoutByteOrderMark(bytes)
  if (!isUtf8(bare)) throw new XmlFault('encoding', 'not UTF-8')
  requirePlainCharacters(bare)
  // One character a byte: all markup is ASCII, offsets stay offsets of bytes, and nothing is decoded twice.
  const text = Buffer.from(bare.buffer, bare.byteOffset, bare.byteLength).toString('latin1')
  requirePlainReferences(text)
  const { rootCloseAt } = scanMarkup(text, afterDeclaration(text), limits)
  return { bytes: bare, rootCloseAt }
}

/** Real messages of RegiX begin with a line break before their declaration, which XML does not allow: for whoever takes those. */
export function withoutLeadingBlanks(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return start <= 0 ? bytes : bytes.subarray(start)
}

const startsWithMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

/** The parser would take off another mark; then it and the gate would not see the same document. */
function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  const bare = startsWithMark(bytes) ? bytes.subarray(3) : bytes
  if (startsWithMark(bare)) throw new XmlFault('encoding', 'two byte order marks')
  return bare
}

const isForbidden = (point: number): boolean =>
  (point < 0x20 && point !== 0x09 && point !== 0x0a && point !== 0x0d) ||
  (point >= 0x7f && point <= 0x9f) ||
  (point >= 0xfdd0 && point <= 0xfdef) ||
  (point & 0xfffe) === 0xfffe ||
  point > 0x10ffff

/** Bytes with which a control character or a non-character of UTF-8 starts, among others. */
const SUSPECT = Uint8Array.from({ length: 256 }, (_, byte) =>
  isForbidden(byte & 0x7f) && byte < 0x80 ? 1 : byte === 0xc2 || byte === 0xef || byte >= 0xf0 ? 2 : 0,
)

/** Control and non-characters are refused. The bytes are known to be UTF-8. */
function requirePlainCharacters(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 1) {
    const suspicion = SUSPECT[bytes[at] ?? 0]
    if (suspicion === 0) continue
    if (suspicion === 1 || isForbidden(characterAt(bytes, at))) throw new XmlFault('encoding', 'a control character')
  }
}

function characterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  return (
    Buffer.from(bytes.subarray(at, at + length))
      .toString('utf8')
      .codePointAt(0) ?? 0
  )
}

const CHARACTER_REFERENCE = /&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));/g

/** The same characters are refused as references. */
function requirePlainReferences(text: string): void {
  if (!text.includes('&#')) return
  for (const [, hexadecimal, decimal] of text.matchAll(CHARACTER_REFERENCE)) {
    const point = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    if (isForbidden(point)) throw new XmlFault('encoding', 'a reference to a control character')
  }
}

const DECLARATION =
  /^<\?xml[\t\n\r ]+version[\t\n\r ]*=[\t\n\r ]*(?:"1\.0"|'1\.0')(?:[\t\n\r ]+encoding[\t\n\r ]*=[\t\n\r ]*(?:"([^"]*)"|'([^']*)'))?(?:[\t\n\r ]+standalone[\t\n\r ]*=[\t\n\r ]*(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n\r ]*\?>/

/** Index after a leading XML declaration, which may name no other encoding than UTF-8. */
function afterDeclaration(text: string): number {
  const declaration = DECLARATION.exec(text)
  if (declaration === null) return 0
  const encoding = declaration[1] ?? declaration[2] ?? 'UTF-8'
  if (encoding.toUpperCase() !== 'UTF-8') throw new XmlFault('encoding', 'the declaration names another encoding')
  return declaration[0].length
}
