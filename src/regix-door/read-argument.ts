import { AdapterFault } from '../adapter-kit/adapter.ts'
import { readFields } from '../adapter-kit/regix/read-fields.ts'
import type { RegixMap, WireRoot } from '../adapter-kit/regix/regix-map.ts'
import { writeFields } from '../adapter-kit/regix/write-fields.ts'
import type { XmlElement } from '../adapter-kit/soap/xml-element.ts'
import type { JsonObject } from '../model/json.ts'
import { BrokerError } from '../problem/broker-error.ts'

export interface ArgumentRules {
  readonly map: RegixMap
  /** Fields that the operation is asked with. */
  readonly input: readonly string[]
  /** Elements are read in whatever namespace they stand. */
  readonly lenient: boolean
}

export interface ReadArgument {
  readonly input: JsonObject
  /** It was read only because namespaces were passed over. */
  readonly bent: boolean
}

/**
 * The element of `Argument` by the operation's map, read as its stand-in reads it. What the map does not know is refused:
 * a criterion that edno passed over would bring more than was asked for. Refuses with `regix.argument`.
 */
export function readArgument(argument: XmlElement, { map, input: wanted, lenient }: ArgumentRules): ReadArgument {
  const { request } = map
  const strict = attempt(argument, request, wanted)
  if (!(strict instanceof BrokerError)) return { input: strict, bent: false }
  if (!lenient) throw strict
  const bent = attempt(inNamespace(argument, request.namespace), request, wanted)
  if (bent instanceof BrokerError) throw bent
  return { input: bent, bent: true }
}

function attempt(argument: XmlElement, root: WireRoot, wanted: readonly string[]): JsonObject | BrokerError {
  try {
    const read = readFields(argument, root) as JsonObject
    const input = Object.fromEntries(wanted.flatMap((name) => (name in read ? [[name, read[name] ?? '']] : [])))
    const lost = firstLost(argument, writeFields(input, root))
    return lost === undefined ? input : wrong(`the element ${lost} is not taken`)
  } catch (error) {
    if (!AdapterFault.is(error)) throw error
    return wrong(`${root.root} in ${root.namespace} is expected, as its published schema says`, error)
  }
}

const wrong = (detail: string, cause?: unknown): BrokerError => new BrokerError('regix.argument', detail, { cause })

/** Name of the first element that says something and has no place in what edno would ask. */
function firstLost(asked: XmlElement, understood: XmlElement): string | undefined {
  if (Object.keys(asked.attributes).some((name) => !Object.hasOwn(understood.attributes, name))) return nameOf(asked)
  if (asked.children.length > 0 && asked.text.trim() !== '') return nameOf(asked)
  for (const child of asked.children) {
    const same = understood.children.find(({ name, namespace }) => name === child.name && namespace === child.namespace)
    if (same === undefined && saysSomething(child)) return nameOf(child)
    const lost = same === undefined ? undefined : firstLost(child, same)
    if (lost !== undefined) return lost
  }
  return undefined
}

const saysSomething = ({ text, children }: XmlElement): boolean => text.trim() !== '' || children.some(saysSomething)

const nameOf = ({ name }: XmlElement): string => (/^[A-Za-z][\w.-]{0,60}$/.test(name) ? name : 'with a strange name')

/** Everything below the root in the root's namespace: what the official client in Java sends otherwise. */
const inNamespace = (element: XmlElement, namespace: string): XmlElement => ({
  ...element,
  children: element.children.map((child) => inNamespace({ ...child, namespace }, namespace)),
})
