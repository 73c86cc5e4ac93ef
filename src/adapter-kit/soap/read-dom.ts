import { DOMParser } from '@xmldom/xmldom'
import { AdapterFault } from '../adapter.ts'
import { readStrictly, unreadable } from './parse-xml.ts'
import { readFlag, type XmlElement } from './xml-element.ts'

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
 * As `parseXml`, by another parser: stand-ins of registries read questions with it, so that what edno writes is understood by
 * software that is not edno's; tests hold the two against each other. xmldom mends what is not XML (it takes
 * `<a><b></a></b>` and `a & b`), so the strict parser looks first here too.
 */
export function readDom(bytes: Uint8Array): XmlElement {
  const roots = Array.from(domOf(strictText(bytes)).childNodes).filter((node) => node.nodeType === ELEMENT)
  const [root] = roots
  if (root === undefined || roots.length > 1) throw unreadable('it does not have exactly one root element')
  return elementOf(root)
}

const strictText = (bytes: Uint8Array): string =>
  readStrictly(bytes, (_document, gated) => Buffer.from(gated).toString('utf8'))

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
