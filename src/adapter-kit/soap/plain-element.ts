import type { XmlElement as ParsedElement } from '../../xml/parse-xml.ts'
import { contentOf } from '../../xml/tree.ts'
import { readFlag, type XmlElement } from './xml-element.ts'

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/**
 * An element of the strict parser → plain data, which outlives its document. As deep as the gate let it be.
 *
 * @throws SyntaxError for an element that says two things, or nothing, of its nil.
 */
export function plainElement(element: ParsedElement): XmlElement {
  const { elements, text } = contentOf(element)
  const attributes = element.attrs
  const nil = isNil(attributes)
  // Whoever passes over the nil would miss a value, whoever passes over the value a nil.
  if (nil && (elements.length > 0 || text.trim() !== '')) throw new SyntaxError('a nil element has content')
  return {
    name: element.name,
    namespace: element.namespaceUri,
    attributes: attributes.length === 0 ? NONE : plainAttributes(attributes),
    nil,
    children: elements.map(plainElement),
    text,
  }
}

/** Most elements have none, and each that is asked for costs a way into the parser. */
const NONE: XmlElement['attributes'] = Object.freeze({})

const plainAttributes = (attributes: ParsedElement['attrs']): XmlElement['attributes'] =>
  Object.fromEntries(
    attributes.filter(({ namespaceUri }) => namespaceUri === '').map(({ name, value }) => [name, value]),
  )

function isNil(attributes: ParsedElement['attrs']): boolean {
  if (attributes.length === 0) return false
  const said = attributes.find(({ namespaceUri, name }) => namespaceUri === XSI && name === 'nil')
  const nil = said === undefined ? false : readFlag(said.value)
  if (nil === undefined) throw new SyntaxError('an element is neither nil nor not nil')
  return nil
}
