/** An XML element as plain data: namespaces are resolved and prefixes forgotten, so nothing can depend on them. */
export interface XmlElement {
  /** Without a prefix. */
  readonly name: string
  /** Its address; empty where there is none. */
  readonly namespace: string
  /** Unqualified attributes by name; namespace declarations and qualified attributes are left out. */
  readonly attributes: Readonly<Record<string, string>>
  /** `xsi:nil="true"`. */
  readonly nil: boolean
  /** In the order of the document. */
  readonly children: readonly XmlElement[]
  /** The element's own character data, as written. */
  readonly text: string
}

/** The first child of this name, whatever its namespace. */
export const childNamed = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((child) => child.name === name)

/** The trimmed text of a child; `undefined` where the child is absent, nil or blank. */
export function textOf(element: XmlElement, name: string): string | undefined {
  const child = childNamed(element, name)
  const text = child === undefined || child.nil ? '' : child.text.trim()
  return text === '' ? undefined : text
}

/** An `xs:boolean` in any of its four spellings; `undefined` for everything else. */
export function readFlag(text: string): boolean | undefined {
  const word = text.trim()
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
}

// Characters that XML 1.0 cannot carry in any form (production 2, Char) are left out rather than written.
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

/** What is neither escaped nor left out; most texts hold nothing else, and are not looked through twice. */
const PLAIN = /^[\t\n !#-%'-;=?-\u{D7FF}\u{E000}-\u{FFFD}]*$/u

/** Character data and attribute values, safe between tags and between double quotes. */
export const escapeXml = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text.replace(NOT_XML, '').replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character)

/**
 * Writes an element with default namespaces and no prefixes (what existing RegiX clients search for by text), on one
 * line. `inherited` is the default namespace in force where the text will stand; `xsi` must be declared there for nil.
 */
export function writeXml(element: XmlElement, inherited: string): string {
  const declaration = element.namespace === inherited ? '' : ` xmlns="${escapeXml(element.namespace)}"`
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
  const start = `<${element.name}${declaration}${attributes.join('')}${element.nil ? ' xsi:nil="true"' : ''}`
  const content =
    element.children.length > 0
      ? element.children.map((child) => writeXml(child, element.namespace)).join('')
      : escapeXml(element.text)
  return content === '' ? `${start}/>` : `${start}>${content}</${element.name}>`
}
