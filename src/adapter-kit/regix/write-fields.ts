import { randomUUID } from 'node:crypto'
import type { XmlElement } from '../soap/xml-element.ts'
import { fieldAt } from './field-path.ts'
import { applies } from './read-fields.ts'
import type { WireField, WireRoot } from './regix-map.ts'
import { type WireStep, wireSteps } from './wire-path.ts'

/** An element under construction; `step` tells siblings of the same name apart. */
interface Node {
  readonly step: string
  readonly name: string
  readonly namespace: string
  readonly attributes: Record<string, string>
  readonly children: Node[]
  text: string
}

/** Writes a request or an answer from our fields; what is `undefined` is left out. */
export function writeFields(values: unknown, map: WireRoot): XmlElement {
  const root = nodeOf({ text: map.root, name: map.root }, map.namespace)
  writeAll(root, values, map.fields, map.namespaces ?? {})
  return finished(root)
}

type Namespaces = Readonly<Record<string, string>>

const nodeOf = (step: { readonly text: string; readonly name: string }, namespace: string): Node => ({
  step: step.text,
  name: step.name,
  namespace,
  attributes: {},
  children: [],
  text: '',
})

const finished = (node: Node): XmlElement => ({
  name: node.name,
  namespace: node.namespace,
  attributes: node.attributes,
  nil: false,
  children: node.children.map(finished),
  text: node.text,
})

function writeAll(parent: Node, values: unknown, fields: readonly WireField[], namespaces: Namespaces): void {
  for (const field of fields) {
    if (field.readOnly === true || !applies(field, values)) continue
    if (field.constant !== undefined || field.stamp !== undefined) put(parent, field.wire, fresh(field), namespaces)
    else if (field.field !== undefined) writeOne(parent, field, fieldAt(values, field.field), namespaces)
  }
}

const fresh = (field: WireField): string =>
  field.constant ?? (field.stamp === 'id' ? randomUUID() : new Date().toISOString())

function writeOne(parent: Node, field: WireField, value: unknown, namespaces: Namespaces): void {
  if (value === undefined || value === null) return
  const nested = field.each ?? field.first
  if (nested !== undefined) {
    const steps = wireSteps(field.wire, namespaces)
    // The list's own element says that it is empty and not untold.
    reach(parent, steps.slice(0, -1))
    for (const item of [value].flat() as readonly unknown[]) writeAll(append(parent, steps), item, nested, namespaces)
  } else if (field.listed === true || field.present !== undefined) {
    writeElement(parent, field, value, wireSteps(field.wire, namespaces))
  } else if (field.parts !== undefined) writeParts(parent, field, asText(value), namespaces)
  else writeText(parent, field, value, namespaces)
}

/** An element that says something by standing there. */
function writeElement(parent: Node, { listed, present }: WireField, value: unknown, steps: readonly WireStep[]): void {
  if (value === (listed ?? present)) reach(parent, steps)
  else if (listed === true) reach(parent, steps.slice(0, -1))
}

function writeText(parent: Node, field: WireField, value: unknown, namespaces: Namespaces): void {
  if (field.join !== undefined) {
    const steps = wireSteps(field.wire, namespaces)
    for (const item of asText(value).split(field.join)) append(parent, steps).text = item
    return
  }
  const text = encode(value, field)
  if (text !== undefined) put(parent, field.wire, text, namespaces)
}

/** First word to the first part, last to the last, what lies between to the parts between. */
function writeParts(parent: Node, field: WireField, text: string, namespaces: Namespaces): void {
  const words = text.split(' ')
  const parts = field.parts ?? []
  parts.forEach((part, index) => {
    const last = index === parts.length - 1
    const word = last ? words.splice(0).join(' ') : words.length > 1 || index === 0 ? words.shift() : undefined
    if (word !== undefined && word !== '') put(parent, `${field.wire}/${part}`, word, namespaces)
  })
}

function put(parent: Node, wire: string, text: string, namespaces: Namespaces): void {
  const steps = wireSteps(wire, namespaces)
  const last = steps.at(-1)
  if (last?.attribute === true) reach(parent, steps.slice(0, -1)).attributes[last.name] = text
  else reach(parent, steps).text = text
}

/** The element at the end of the steps; made, with those on the way, where it does not stand yet. */
const reach = (parent: Node, steps: readonly WireStep[]): Node =>
  steps.reduce((at, step) => at.children.find((child) => child.step === step.text) ?? added(at, step), parent)

const append = (parent: Node, steps: readonly WireStep[]): Node => {
  const last = steps.at(-1)
  const above = reach(parent, steps.slice(0, -1))
  return last === undefined ? above : added(above, last)
}

const added = (parent: Node, step: WireStep): Node => {
  const node = nodeOf(step, step.namespace ?? parent.namespace)
  parent.children.push(node)
  return node
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

/** `undefined` for a word that has no code: another line writes it. */
function encode(value: unknown, field: WireField): string | undefined {
  const text = asText(value)
  if (field.transform === 'first6') return text.slice(0, 6)
  if (field.values !== undefined) return Object.entries(field.values).find(([, word]) => word === text)?.[0]
  return field.type === 'dateTime' ? `${text}T00:00:00` : text
}
