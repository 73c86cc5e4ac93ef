import { passGate, withoutLeadingBlanks } from '../../xml/bytes-gate.ts'
import { withDocument, type XmlDocument } from '../../xml/parse-xml.ts'
import { XmlFault } from '../../xml/xml-fault.ts'
import type { XmlLimits } from '../../xml/scan-markup.ts'
import { AdapterFault } from '../adapter.ts'
import { plainElement } from './plain-element.ts'
import type { XmlElement } from './xml-element.ts'

/** The most a manifest may let the transport take; RegiX itself allows 25 MiB, its clients 2. */
const MAX_BYTES = 2 * 1024 * 1024
const MAX_ELEMENTS = 5000
/** An answer that is allowed to be large has elements with something in them. */
const BYTES_PER_ELEMENT = 40

/** Elements cost the parsers more than bytes do: hardly any answer has a tenth of the first limit, and what is dense is refused. */
const limitsFor = ({ byteLength }: Uint8Array): XmlLimits => ({
  maxElements: Math.max(MAX_ELEMENTS, Math.floor(byteLength / BYTES_PER_ELEMENT)),
  maxDepth: 64,
  maxAttributes: 64,
})

/**
 * Parses one document strictly: UTF-8, no document type, no processing instruction, one root, bounded depth. The gate of
 * `xml/` looks at the bytes before any parser does; then one strict parser says what they are.
 * Throws an `AdapterFault` of kind `bad-answer` whose message holds nothing of the document.
 */
export const parseXml = (bytes: Uint8Array): XmlElement => readStrictly(bytes, ({ root }) => plainElement(root))

/** What `read` makes of a document that the strict parser took; it may keep nothing of it. */
export function readStrictly<T>(bytes: Uint8Array, read: (document: XmlDocument, gated: Uint8Array) => T): T {
  try {
    const gated = passGate(withoutLeadingBlanks(bytes), MAX_BYTES, limitsFor(bytes)).bytes
    return withDocument(gated, (document) => read(document, gated))
  } catch (error) {
    if (error instanceof XmlFault || error instanceof SyntaxError) throw unreadable(error.message)
    throw error
  }
}

export const unreadable = (why: string): AdapterFault =>
  new AdapterFault('bad-answer', `the XML document is unreadable: ${why}`)
