import { XmlElement, XmlText } from 'libxml2-wasm'
import { XmlFault } from './xml-fault.ts'

/** What an element says in JSON: its text, or its children by name (an array where a name is repeated). */
export type ElementJson = string | ElementObject
export interface ElementObject {
  readonly [member: string]: ElementJson | readonly ElementJson[]
}

export interface ElementRules {
  /** Every element stands in this namespace. */
  readonly namespace: string
  /** Elements below the one given, bounded because each costs time. */
  readonly maxElements: number
  /** Local names that are left out with all they hold, whatever their namespace. */
  readonly leaveOut?: (element: XmlElement) => boolean
}

/**
 * Element → JSON: element = member, repetition = array, absence = absence, every value a string. Throws `content` where
 * that would lose something: attributes, text beside elements, another namespace.
 */
export function elementToJson(element: XmlElement, rules: ElementRules): ElementJson {
  return readElement(element, rules, { left: rules.maxElements })
}

function readElement(element: XmlElement, rules: ElementRules, budget: { left: number }): ElementJson {
  budget.left -= 1
  if (budget.left < 0) throw new XmlFault('too-complex', `over ${rules.maxElements} elements`)
  requirePlain(element, rules.namespace)
  const members = new Map<string, ElementJson[]>()
  let text = ''
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlText) text += node.content
    else if (node instanceof XmlElement && rules.leaveOut?.(node) !== true)
      append(members, node.name, readElement(node, rules, budget))
  }
  return members.size === 0 ? text : toObject(element, members, text)
}

function requirePlain(element: XmlElement, namespace: string): void {
  if (element.namespaceUri !== namespace) throw new XmlFault('content', `${element.name}: another namespace`)
  if (element.attrs.length > 0) throw new XmlFault('content', `${element.name}: attributes are not expected`)
}

function toObject(element: XmlElement, members: Map<string, ElementJson[]>, text: string): ElementObject {
  if (!/^[\t\n\r ]*$/.test(text)) throw new XmlFault('content', `${element.name}: text beside elements`)
  // fromEntries defines members; it never runs a setter, whatever an element is called.
  return Object.fromEntries([...members].map(([name, values]) => [name, unlist(values)]))
}

const unlist = (values: ElementJson[]): ElementJson | ElementJson[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : values

function append(members: Map<string, ElementJson[]>, name: string, value: ElementJson): void {
  const values = members.get(name)
  if (values === undefined) members.set(name, [value])
  else values.push(value)
}
