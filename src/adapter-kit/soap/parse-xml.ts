import { passGate } from '../../xml/bytes-gate.ts'
import { withDocument, type XmlDocument } from '../../xml/parse-xml.ts'
import { XmlFault } from '../../xml/xml-fault.ts'
import type { XmlLimits } from '../../xml/scan-markup.ts'
import { AdapterFault } from '../adapter.ts'
import { plainElement } from './plain-element.ts'
import type { XmlElement } from './xml-element.ts'

/** The most a manifest may let the transport take; RegiX itself allows 25 MiB, its clients 2. */
const MAX_BYTES = 2 * 1024 * 1024
/** The time of the parsers grows faster than the number of elements, and no answer here has a tenth of these. */
const LIMITS: XmlLimits = { maxElements: 5000, maxDepth: 64, maxAttributes: 64 }

/**
 * Parses one document strictly: UTF-8, no document type, no processing instruction, one root, bounded depth. The gate of
 * `xml/` looks at the bytes before any parser does; then one strict parser says what they are.
 * Throws an `AdapterFault` of kind `bad-answer` whose message holds nothing of the document.
 */
export const parseXml = (bytes: Uint8Array): XmlElement => readStrictly(bytes, ({ root }) => plainElement(root))

/** What `read` makes of a document that the strict parser took; it may keep nothing of it. */
export function readStrictly<T>(bytes: Uint8Array, read: (document: XmlDocument, gated: Uint8Array) => T): T {
  try {
    const gated = passGate(withoutLeadingBlanks(bytes), MAX_BYTES, LIMITS).bytes
    return withDocument(gated, (document) => read(document, gated))
  } catch (error) {
    if (error instanceof XmlFault || error instanceof SyntaxError) throw unreadable(error.message)
    throw error
  }
}

/** Real RegiX messages may begin with a line break before their declaration. */
function withoutLeadingBlanks(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return start <= 0 ? bytes : bytes.subarray(start)
}

export const unreadable = (why: string): AdapterFault =>
  new AdapterFault('bad-answer', `the XML document is unreadable: ${why}`)
