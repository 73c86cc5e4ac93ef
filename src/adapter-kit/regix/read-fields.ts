import { AdapterFault } from '../adapter.ts'
import { decodeText } from '../decode-text.ts'
import type { XmlElement } from '../soap/xml-element.ts'
import { type Draft, fieldAt, setField } from './field-path.ts'
import { refuseForeignNames } from './foreign-names.ts'
import type { WireField, WireRoot } from './regix-map.ts'
import { select, type WireStep, wireSteps } from './wire-path.ts'

/**
 * Reads what the map names, and nothing else, out of a request or an answer.
 * Throws `bad-answer` where something required is missing, doubled, or not of its type; the message names the place only.
 */
export function readFields(element: XmlElement, map: WireRoot): Draft {
  if (element.name !== map.root || element.namespace !== map.namespace) {
    throw new AdapterFault('bad-answer', `the registry's message is not a ${map.root}`, { at: map.root })
  }
  refuseForeignNames(element, map)
  return readAll(element, map.fields, map.namespaces)
}

type Namespaces = Readonly<Record<string, string>> | undefined

function readAll(element: XmlElement, fields: readonly WireField[], namespaces: Namespaces): Draft {
  const draft: Draft = {}
  for (const field of fields) {
    if (field.field === undefined || field.writeOnly === true || !applies(field, draft)) continue
    const value = readOne(element, field, namespaces)
    if (field.required === true && isNothing(value))
      throw new AdapterFault('bad-answer', `the answer lacks ${field.wire}`, { at: field.wire })
    if (value !== undefined) setField(draft, field.field, joinedTo(fieldAt(draft, field.field), value))
  }
  return draft
}

const isNothing = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0)

/** Lists grow, anything else is replaced. */
const joinedTo = (before: unknown, value: unknown): unknown =>
  Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value

/** Does the line count, given what was read or will be written? */
export function applies(field: WireField, values: unknown): boolean {
  if (field.when === undefined) return true
  const value = fieldAt(values, field.when.field)
  return field.when.is === undefined ? value !== undefined : value === field.when.is
}

function readOne(element: XmlElement, field: WireField, namespaces: Namespaces): unknown {
  if (field.listed === true) return readListed(element, field, namespaces)
  const { each, first, present } = field
  const text = (): unknown => {
    const raw = rawText(element, field, namespaces)
    return raw === undefined ? undefined : decode(raw, field)
  }
  if (each === undefined && first === undefined && present === undefined) return text()
  const steps = wireSteps(field.wire, namespaces)
  const found = select(element, steps)
  if (each !== undefined) {
    return isListed(element, steps, found) ? found.map((item) => readAll(item, each, namespaces)) : undefined
  }
  const [one] = found
  if (one === undefined) return undefined
  return first === undefined ? present : readAll(one, first, namespaces)
}

/** An empty list is one whose own element stands there without items; where not even that does, nothing was said. */
const isListed = (element: XmlElement, steps: readonly WireStep[], found: readonly XmlElement[]): boolean =>
  found.length > 0 || (steps.length > 1 && select(element, steps.slice(0, -1)).length > 0)

/** Something of another name in the list, an item that is nil, a text or an attribute is not nothing. */
function readListed(element: XmlElement, { wire }: WireField, namespaces: Namespaces): boolean | undefined {
  const steps = wireSteps(wire, namespaces)
  const lists = select(element, steps.slice(0, -1))
  const found = select(element, steps)
  const says = ({ text, attributes }: XmlElement): boolean => text.trim() !== '' || Object.keys(attributes).length > 0
  if (lists.some(says) || lists.flatMap(({ children }) => children).length > found.length)
    throw new AdapterFault('bad-answer', `the answer has something else than ${wire} in its list`)
  return lists.length === 0 ? undefined : found.length > 0
}

function rawText(element: XmlElement, field: WireField, namespaces: Namespaces): string | undefined {
  if (field.parts !== undefined) return joined(element, field, namespaces)
  return field.join === undefined ? textAt(element, field, namespaces) : repeated(element, field, namespaces)
}

function repeated(element: XmlElement, field: WireField, namespaces: Namespaces): string | undefined {
  const texts = select(element, wireSteps(field.wire, namespaces)).map((one) => ownText(one, field).trim())
  const present = texts.filter((text) => text !== '')
  return present.length === 0 ? undefined : present.join(field.join)
}

function textAt(element: XmlElement, field: WireField, namespaces: Namespaces): string | undefined {
  const steps = wireSteps(field.wire, namespaces)
  const last = steps.at(-1)
  const attribute = last?.attribute === true ? last.name : undefined
  const found = select(element, attribute === undefined ? steps : steps.slice(0, -1))
  if (found.length > 1)
    throw new AdapterFault('bad-answer', `the answer has more than one ${field.wire}`, { at: field.wire })
  const [one] = found
  if (one === undefined) return undefined
  const text = (attribute === undefined ? ownText(one, field) : one.attributes[attribute])?.trim()
  return text === '' ? undefined : text
}

/** A value wrapped in an element that nobody expects is not an absent one. */
function ownText(element: XmlElement, field: WireField): string {
  if (element.children.length > 0)
    throw new AdapterFault('bad-answer', `the answer has elements in ${field.wire}`, { at: field.wire })
  return element.text
}

function joined(element: XmlElement, field: WireField, namespaces: Namespaces): string | undefined {
  const texts = (field.parts ?? []).map((part) =>
    textAt(element, { wire: field.wire === '' ? part : `${field.wire}/${part}` }, namespaces),
  )
  const present = texts.filter((text) => text !== undefined)
  return present.length === 0 ? undefined : present.join(' ')
}

function decode(text: string, field: WireField): unknown {
  if (field.values !== undefined) return wordOf(text, field)
  const value = field.type === undefined ? text : decodeText(text, field.type)
  if (value === undefined)
    throw new AdapterFault('bad-answer', `the answer has an unreadable ${field.wire}`, { at: field.wire })
  return value
}

function wordOf(code: string, field: WireField): string {
  const values = field.values ?? {}
  const word = Object.hasOwn(values, code) ? values[code] : undefined
  if (word === undefined)
    throw new AdapterFault('bad-answer', `the answer has an unknown code in ${field.wire}`, { at: field.wire })
  return word
}
