import { AdapterFault } from '../adapter.ts'
import type { XmlElement } from '../soap/xml-element.ts'

export interface WireStep {
  /** As written; two steps with the same text are the same element when writing. */
  readonly text: string
  readonly name: string
  /** Set where the step switches the namespace. */
  readonly namespace: string | undefined
  readonly attribute: boolean
  readonly where: { readonly child: string; readonly value: string } | undefined
}

const STEP = /^(@)?(?:([A-Za-z]\w*):)?([\p{L}_][\p{L}\p{N}_.-]*)(?:\[([\p{L}\p{N}_]+)=([^\]]*)\])?$/u

type Namespaces = Readonly<Record<string, string>>

/** Maps are read once and stay; their paths are looked for in every answer. */
const known = new WeakMap<Namespaces, Map<string, readonly WireStep[]>>()

/** `Permit/n2:KtpName` → its steps. Throws `bad-answer` for a prefix that the map does not declare. */
export function wireSteps(wire: string, namespaces: Namespaces = NO_NAMESPACES): readonly WireStep[] {
  const before = known.get(namespaces)
  const found = before?.get(wire)
  if (found !== undefined) return found
  const steps = stepsOf(wire, namespaces)
  if (before === undefined) known.set(namespaces, new Map([[wire, steps]]))
  else before.set(wire, steps)
  return steps
}

const NO_NAMESPACES: Namespaces = {}

const stepsOf = (wire: string, namespaces: Namespaces): readonly WireStep[] =>
  wire.split('/').map((text) => {
    const [, at, prefix, name, child, value] = STEP.exec(text) ?? []
    const namespace = prefix === undefined ? undefined : namespaces[prefix]
    if (name === undefined || (prefix !== undefined && namespace === undefined)) {
      throw new AdapterFault('bad-answer', `regix.json has an unreadable wire path: ${wire}`)
    }
    const where = child === undefined || value === undefined ? undefined : { child, value }
    return { text, name, namespace, attribute: at !== undefined, where }
  })

/** All elements that the steps lead to; the namespace of each must be the step's or else its parent's. */
export const select = (element: XmlElement, steps: readonly WireStep[]): readonly XmlElement[] =>
  steps.reduce<readonly XmlElement[]>((found, step) => found.flatMap((parent) => matching(parent, step)), [element])

const matching = (parent: XmlElement, step: WireStep): readonly XmlElement[] =>
  parent.children.filter(
    (child) =>
      child.name === step.name &&
      child.namespace === (step.namespace ?? parent.namespace) &&
      !child.nil &&
      (step.where === undefined || holds(child, step.where)),
  )

const holds = (element: XmlElement, where: { readonly child: string; readonly value: string }): boolean =>
  element.children.some((child) => child.name === where.child && child.text.trim() === where.value)
