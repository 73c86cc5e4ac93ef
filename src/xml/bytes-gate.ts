import { isUtf8 } from 'node:buffer'
import { scanMarkup, type XmlLimits } from './scan-markup.ts'
import { XmlFault } from './xml-fault.ts'

/** Bytes that passed the gate: UTF-8 without BOM, no DOCTYPE, no processing instructions, within the limits. */
export interface GatedXml {
  readonly bytes: Uint8Array
  /** The same as text. */
  readonly text: string
  /** Index in `text` of the `</` that closes the root; undefined for a root without an end tag. */
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
  const text = Buffer.from(bare.buffer, bare.byteOffset, bare.byteLength).toString('utf8')
  requirePlainCharacters(text)
  const { rootCloseAt } = scanMarkup(text, afterDeclaration(text), limits)
  return { bytes: bare, text, rootCloseAt }
}

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

const FORBIDDEN_CHARACTER = /(?![\t\n\r])[\p{Cc}\p{Noncharacter_Code_Point}]/u
const CHARACTER_REFERENCE = /&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));/g

/** Control and non-characters are refused, written out and as character references. */
function requirePlainCharacters(text: string): void {
  if (FORBIDDEN_CHARACTER.test(text)) throw new XmlFault('encoding', 'a control character')
  if (!text.includes('&#')) return
  for (const [, hexadecimal, decimal] of text.matchAll(CHARACTER_REFERENCE)) {
    const point = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    if (point > 0x10ffff || FORBIDDEN_CHARACTER.test(String.fromCodePoint(point)))
      throw new XmlFault('encoding', 'a reference to a control character')
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
