import { passGate, withoutLeadingBlanks } from '../../xml/bytes-gate.ts'
import { withDocument } from '../../xml/parse-xml.ts'
import type { XmlLimits } from '../../xml/scan-markup.ts'
import { XmlFault } from '../../xml/xml-fault.ts'

const NAMESPACES = new Set(['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'])
/** More than a file of a container can hold in any sense: what is too large was refused before. */
const LIMITS: XmlLimits = { maxElements: 4_000_000, maxDepth: 256, maxAttributes: 256 }

/**
 * What clients of RegiX send and get (docs/regix-door.md); its channel proved who it is from, and the log which bytes it had. Read as the
 * door reads it: blanks, a byte order mark or a comment may stand before it.
 */
export function isSoap(bytes: Uint8Array): boolean {
  try {
    const { bytes: gated } = passGate(withoutLeadingBlanks(bytes), bytes.length, LIMITS)
    return withDocument(gated, ({ root }) => root.name === 'Envelope' && NAMESPACES.has(root.namespaceUri))
  } catch (error) {
    if (error instanceof XmlFault) return false
    throw error
  }
}
