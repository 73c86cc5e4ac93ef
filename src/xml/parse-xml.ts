import { ParseOption, XmlDocument, type XmlElement, XmlParseError } from 'libxml2-wasm'
import { XmlFault } from './xml-fault.ts'

export type { XmlDocument, XmlElement }

/** No entity is expanded, nothing is loaded; character data is text like any other. */
const OPTIONS: Readonly<{ option: number }> = {
  option:
    ParseOption.XML_PARSE_NONET |
    ParseOption.XML_PARSE_NO_XXE |
    ParseOption.XML_PARSE_NO_SYS_CATALOG |
    ParseOption.XML_PARSE_NOCDATA |
    ParseOption.XML_PARSE_COMPACT,
}

/**
 * Parses bytes that passed the gate (or that edno itself made canonical), lends the document and frees it.
 * Nothing of the document may be kept by `read`. Throws `malformed` with the line, never with content.
 */
export function withDocument<T>(bytes: Uint8Array, read: (document: XmlDocument) => T): T {
  const document = parse(bytes)
  try {
    return read(document)
  } finally {
    document.dispose()
  }
}

function parse(bytes: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(bytes, OPTIONS)
  } catch (error) {
    const line = error instanceof XmlParseError ? error.details[0]?.line : undefined
    throw new XmlFault('malformed', line === undefined ? 'not well-formed' : `not well-formed at line ${line}`, {
      cause: error,
    })
  }
}
