import { DOMParser } from '@xmldom/xmldom'
import { passGate } from '../../xml/bytes-gate.ts'
import { withDocument } from '../../xml/parse-xml.ts'
import { XmlFault } from '../../xml/xml-fault.ts'
import type { XmlLimits } from '../../xml/scan-markup.ts'
import { AdapterFault } from '../adapter.ts'
import { readFlag, type XmlElement } from './xml-element.ts'

/** The most a manifest may let the transport take; RegiX itself allows 25 MiB, its clients 2. */
const MAX_BYTES = 2 * 1024 * 1024
/** The time of the parsers grows faster than the number of elements, and no answer here has a tenth of these. */
const LIMITS: XmlLimits = { maxElements: 5000, maxDepth: 64, maxAttributes: 64 }
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
const ELEMENT = 1
const TEXT = 3
const CDATA = 4

/** What is read of xmldom's nodes (its own declarations need a browser's library). */
interface DomNode {
  readonly nodeType: number
  readonly nodeValue: string | null
  readonly localName: string
  readonly namespaceURI: string | null
  readonly attributes: ArrayLike<DomAttribute>
  readonly childNodes: ArrayLike<DomNode>
}

interface DomAttribute {
  readonly name: string
  readonly localName: string
  readonly namespaceURI: string | null
  readonly value: string
}

/**
 * Parses one document strictly: UTF-8, no document type, no processing instruction, one root, bounded depth.
 * Throws an `AdapterFault` of kind `bad-answer` whose message holds nothing of the document.
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  const text = strictText(bytes)
  const roots = Array.from(domOf(text).childNodes).filter((node) => node.nodeType === ELEMENT)
  const [root] = roots
  if (root === undefined || roots.length > 1) throw unreadable('it does not have exactly one root element')
  return elementOf(root)
}

/**
 * The gate of `xml/` looks at the bytes before any parser does: no document type, no instruction, bounded. Then its strict
 * parser says whether they are XML at all, because xmldom mends what is not: it takes `<a><b></a></b>` and `a & b`.
 */
function strictText(bytes: Uint8Array): string {
  try {
    const gated = passGate(withoutLeadingBlanks(bytes), MAX_BYTES, LIMITS).bytes
    withDocument(gated, () => undefined)
    return new TextDecoder('utf-8', { fatal: true }).decode(gated)
  } catch (error) {
    if (error instanceof XmlFault) throw unreadable(error.message)
    throw unreadable('it is not UTF-8')
  }
}

/** Real RegiX messages may begin with a line break before their declaration. */
function withoutLeadingBlanks(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return start <= 0 ? bytes : bytes.subarray(start)
}

function domOf(text: string): DomNode {
  const complain = (): never => {
    throw unreadable('it is not well-formed')
  }
  const parser = new DOMParser({ errorHandler: { warning: complain, error: complain, fatalError: complain } })
  try {
    const parsed: unknown = parser.parseFromString(text, 'text/xml')
    if (parsed === undefined || parsed === null) return complain()
    return parsed as DomNode
  } catch (error) {
    if (AdapterFault.is(error)) throw error
    return complain()
  }
}

function elementOf(node: DomNode): XmlElement {
  const nodes = Array.from(node.childNodes)
  const attributes = Array.from(node.attributes)
  const children = nodes.filter((child) => child.nodeType === ELEMENT).map(elementOf)
  const text = textOf(nodes)
  const nil = isNil(attributes)
  // Whoever passes over the nil would miss a value, whoever passes over the value a nil.
  if (nil && (children.length > 0 || text.trim() !== '')) throw unreadable('a nil element has content')
  return {
    name: node.localName,
    namespace: node.namespaceURI ?? '',
    attributes: Object.fromEntries(
      attributes
        .filter((attribute) => !attribute.name.includes(':') && attribute.name !== 'xmlns')
        .map((attribute) => [attribute.localName, attribute.value]),
    ),
    nil,
    children,
    text,
  }
}

const textOf = (nodes: readonly DomNode[]): string =>
  nodes
    .filter((child) => child.nodeType === TEXT || child.nodeType === CDATA)
    .map((child) => child.nodeValue ?? '')
    .join('')

function isNil(attributes: readonly DomAttribute[]): boolean {
  const said = attributes.find(({ namespaceURI, localName }) => namespaceURI === XSI && localName === 'nil')
  const nil = said === undefined ? false : readFlag(said.value)
  if (nil === undefined) throw unreadable('an element is neither nil nor not nil')
  return nil
}

const unreadable = (why: string): AdapterFault =>
  new AdapterFault('bad-answer', `the XML document is unreadable: ${why}`)
