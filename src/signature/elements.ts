import { BrokerError } from '../problem/broker-error.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { elementsOnly, plainAttributes, textOnly } from '../xml/tree.ts'
import { DSIG } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'

/** Readers of a signature's own elements: exactly what is named, in this order, and nothing beside it. */

export const structure = (detail: string): BrokerError => new BrokerError('signature.structure', detail)
export const unlisted = (what: string): BrokerError =>
  new BrokerError('signature.algorithm', `${what}: not on the list of accepted algorithms`)

export const isNamed = (element: XmlElement | undefined, name: string, namespace: string): boolean =>
  element?.name === name && element.namespaceUri === namespace

/** The children, exactly these and in this order; attributes only those named. */
export function children<const Names extends readonly string[]>(
  parent: XmlElement,
  names: Names,
  attributes: readonly string[] = [],
  namespace: string = DSIG,
): { [Index in keyof Names]: XmlElement } {
  const found = elementsOnly(parent)
  if (
    found?.length !== names.length ||
    !found.every((element, index) => isNamed(element, names[index] ?? '', namespace))
  )
    throw structure(`${parent.name}: ${names.join(', ')} are expected`)
  attributesOf(parent, attributes)
  return found as unknown as { [Index in keyof Names]: XmlElement }
}

/** The element children, at least one and at most `most`, all of this name. */
export function repeated(parent: XmlElement, name: string, most: number): readonly [XmlElement, ...XmlElement[]] {
  const found = elementsOnly(parent)
  attributesOf(parent, [])
  const [first, ...others] = found ?? []
  if (first === undefined || others.length >= most || found?.every((element) => isNamed(element, name, DSIG)) !== true)
    throw structure(`${parent.name}: ${name} elements are expected`)
  return [first, ...others]
}

/** Attributes by name, only those that are allowed. */
export function attributesOf(element: XmlElement, allowed: readonly string[]): ReadonlyMap<string, string> {
  const found = plainAttributes(element)
  if (found === undefined || ![...found.keys()].every((name) => allowed.includes(name)))
    throw structure(`${element.name}: an attribute that is not expected`)
  return found
}

/** An element that names an algorithm, with what it holds; undefined where it holds text or comments. */
export interface Named {
  readonly algorithm: string
  readonly parameters: readonly XmlElement[] | undefined
}

export const named = (element: XmlElement): Named => ({
  algorithm: attributesOf(element, ['Algorithm']).get('Algorithm') ?? '',
  parameters: elementsOnly(element),
})

export function requirePlain({ parameters }: Named): void {
  if (parameters?.length !== 0) throw structure('an algorithm takes no parameters')
}

/** Strict base64 and nothing else. */
export function base64(element: XmlElement, maxOctets: number, attributes: readonly string[] = []): Uint8Array {
  attributesOf(element, attributes)
  const text = textOnly(element)
  const octets = text === undefined ? undefined : decodeBase64(text, maxOctets)
  if (octets === undefined) throw structure(`${element.name}: base64 and nothing else is expected`)
  return octets
}

/** An identifier that a same-document reference may name; ASCII, so that it has one spelling. */
const ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/

export function requiredId(element: XmlElement, id: string | undefined): string {
  if (id === undefined || !ID.test(id)) throw structure(`${element.name}: an Id is expected`)
  return id
}
