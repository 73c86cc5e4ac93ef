import { AdapterFault } from '../adapter.ts'
import type { XmlElement } from '../soap/xml-element.ts'
import type { WireField, WireRoot } from './regix-map.ts'
import { wireSteps } from './wire-path.ts'

/** What a map reads below one element: local name → the namespaces it may stand in, with what is read below each. */
type Known = Map<string, Map<string, Known>>

/** Maps are read once and used for every answer. */
const made = new WeakMap<WireRoot, Known>()

function knownNames(map: WireRoot): Known {
  const known: Known = made.get(map) ?? new Map<string, Map<string, Known>>()
  if (!made.has(map)) plantAll(known, map.namespace, map.fields, map.namespaces ?? {})
  made.set(map, known)
  return known
}

type Namespaces = Readonly<Record<string, string>>

function plantAll(known: Known, namespace: string, fields: readonly WireField[], namespaces: Namespaces): void {
  for (const field of fields) {
    const end = plant(known, namespace, field.wire, namespaces)
    const nested = field.each ?? field.first ?? field.parts?.map((part): WireField => ({ wire: part }))
    if (nested !== undefined) plantAll(end.known, end.namespace, nested, namespaces)
  }
}

function plant(known: Known, above: string, wire: string, namespaces: Namespaces): { known: Known; namespace: string } {
  let at = { known, namespace: above }
  for (const step of wireSteps(wire, namespaces)) {
    if (step.attribute) break
    const namespace = step.namespace ?? at.namespace
    const places = at.known.get(step.name) ?? new Map<string, Known>()
    const below = places.get(namespace) ?? new Map<string, Map<string, Known>>()
    at.known.set(step.name, places.set(namespace, below))
    at = { known: below, namespace }
  }
  return at
}

/**
 * Throws `bad-answer` where an element has a name that the map reads, but in a namespace where it is not read: passed
 * over, a day of death would look like none. Elements with other names are the registry's own, and nobody's concern.
 */
export const refuseForeignNames = (root: XmlElement, map: WireRoot): void => refuseBelow(root, knownNames(map))

function refuseBelow(element: XmlElement, known: Known): void {
  for (const child of element.children) {
    const places = known.get(child.name)
    if (places === undefined) continue
    const below = places.get(child.namespace)
    if (below === undefined) throw new AdapterFault('bad-answer', `the answer has a ${child.name} of another namespace`)
    refuseBelow(child, below)
  }
}
