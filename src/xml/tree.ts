import { type XmlDocument, XmlElement, XmlText, XmlXPath } from 'libxml2-wasm'

const BLANK = /^[\t\n\r ]*$/

/** Every element with this name, anywhere, in document order. */
export function elementsNamed(namespace: string, name: string): (document: XmlDocument) => XmlElement[] {
  const path = XmlXPath.compile(`//n:${name}`, { n: namespace })
  return (document) => document.find(path).filter((node) => node instanceof XmlElement)
}

/** The children with this name, in document order. */
export function childrenNamed(namespace: string, name: string): (parent: XmlElement) => XmlElement[] {
  const path = XmlXPath.compile(`n:${name}`, { n: namespace })
  return (parent) => parent.find(path).filter((node) => node instanceof XmlElement)
}

/** What an element holds: its elements in order and its own character data; comments are passed over. */
export function contentOf(parent: XmlElement): { readonly elements: readonly XmlElement[]; readonly text: string } {
  const elements: XmlElement[] = []
  let text = ''
  for (let node = parent.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) elements.push(node)
    else if (node instanceof XmlText) text += node.content
  }
  return { elements, text }
}

/** The element children, in order; undefined where anything but white space stands between them. */
export function elementsOnly(parent: XmlElement): XmlElement[] | undefined {
  const found: XmlElement[] = []
  for (let node = parent.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) found.push(node)
    else if (!(node instanceof XmlText) || !BLANK.test(node.content)) return undefined
  }
  return found
}

/** The text of an element that holds nothing else; undefined where it holds elements or comments. */
export function textOnly(element: XmlElement): string | undefined {
  let text = ''
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (!(node instanceof XmlText)) return undefined
    text += node.content
  }
  return text
}

/** Attributes by name; undefined where one of them stands in a namespace. Declarations are not among them. */
export function plainAttributes(element: XmlElement): Map<string, string> | undefined {
  const found = new Map<string, string>()
  for (const attribute of element.attrs) {
    if (attribute.namespaceUri !== '') return undefined
    found.set(attribute.name, attribute.value)
  }
  return found
}

/** True where only white space follows the element inside its parent. */
export function isLast(element: XmlElement): boolean {
  for (let node = element.next; node !== null; node = node.next)
    if (!(node instanceof XmlText) || !BLANK.test(node.content)) return false
  return true
}

/** How many attributes named as identifiers are (Id, ID, id, xml:id, wsu:Id) have this value; `id` holds no quotation mark. */
export function countIds(document: XmlDocument, id: string): number {
  return document.find(`//@*[translate(local-name(), 'ID', 'id') = 'id' and . = '${id}']`).length
}
