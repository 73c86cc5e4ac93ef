import { BrokerError } from '../problem/broker-error.ts'
import type { ElementJson, ElementObject } from '../xml/element-json.ts'

/** Readers of a document that the schema accepted; what they refuse the schema refuses before them. */
export function textAt(from: ElementObject, name: string): string {
  const text = optionalTextAt(from, name)
  if (text === undefined) throw new BrokerError('request.schema', `${name}: missing`)
  return text
}

export function optionalTextAt(from: ElementObject, name: string): string | undefined {
  const value = from[name]
  if (value === undefined || typeof value === 'string') return value
  throw new BrokerError('request.schema', `${name}: text is expected`)
}

export function objectAt(from: ElementObject, name: string): ElementObject {
  return asObject(from[name] ?? '', name)
}

export function objectsAt(from: ElementObject, name: string): ElementObject[] {
  return listAt(from, name).map((item) => asObject(item, name))
}

export function textsAt(from: ElementObject, name: string): string[] {
  return listAt(from, name).map((item) => {
    if (typeof item === 'string') return item
    throw new BrokerError('request.schema', `${name}: text is expected`)
  })
}

function listAt(from: ElementObject, name: string): readonly ElementJson[] {
  const value = from[name]
  if (value === undefined) return []
  return isList(value) ? value : [value]
}

const isList = (value: ElementJson | readonly ElementJson[]): value is readonly ElementJson[] => Array.isArray(value)

/** An element without children reads as text; where elements are expected it has none. */
function asObject(value: ElementJson | readonly ElementJson[], name: string): ElementObject {
  if (typeof value === 'object' && !isList(value)) return value
  if (typeof value === 'string' && value.trim() === '') return {}
  throw new BrokerError('request.schema', `${name}: elements are expected`)
}
