import { XmlFault } from './xml-fault.ts'

/** What can be written as the content of an element. Null, undefined and an empty array are absence. */
export type Writable = null | undefined | boolean | number | string | readonly Writable[] | WritableObject
export interface WritableObject {
  readonly [member: string]: Writable
}

/**
 * One element without attributes, in canonical form; an array is written as repetition, absence as nothing.
 * Throws `content` for a name that is no XML name and for a list inside a list, which elements cannot say.
 */
export function writeElement(name: string, value: Writable): string {
  if (value === null || value === undefined) return ''
  if (!isList(value)) return writeOne(name, value)
  return value.map((item) => (isList(item) ? refuseList(name) : writeElement(name, item))).join('')
}

/** The members of an object as elements, in their order. */
export function writeMembers(members: WritableObject): string {
  return Object.entries(members)
    .map(([name, value]) => writeElement(name, value))
    .join('')
}

/** Text of canonical XML: control characters and lone surrogates, which XML cannot hold, become U+FFFD. */
export function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? '\ufffd')
}

// Canonical XML 1.0 §1.1 for text nodes; the rest is what the bytes gate would refuse.
const SPECIAL = /[&<>]|[^\P{Cc}\t\n]|\p{Noncharacter_Code_Point}|\p{Surrogate}/gu
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

function writeOne(name: string, value: boolean | number | string | WritableObject): string {
  if (!NAME.test(name)) throw new XmlFault('content', 'a member whose name is not an element name')
  const content = typeof value === 'object' ? writeMembers(value) : escapeText(String(value))
  return `<${name}>${content}</${name}>`
}

const isList = (value: Writable): value is readonly Writable[] => Array.isArray(value)

function refuseList(name: string): never {
  throw new XmlFault('content', `${name}: a list inside a list`)
}
