import { isRecord } from './json.ts'

type Schema = Record<string, unknown>

/** A schema that refers to itself for ever would never end. */
const DEPTH = 64

const resolve = (root: Schema, schema: Schema): Schema => {
  const reference = schema['$ref']
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((place, name) => (isRecord(place) ? place[name] : undefined), root)
  return isRecord(target) ? { ...target, ...schema, $ref: undefined } : schema
}

const alternatives = (schema: Schema): Schema[] =>
  ['allOf', 'anyOf', 'oneOf', 'then', 'else'].flatMap((keyword) => schema[keyword]).filter(isRecord)

const walkMembers = (root: Schema, schema: Schema, value: Record<string, unknown>, depth: number): void => {
  const properties = schema['properties']
  if (!isRecord(properties)) return
  for (const [name, member] of Object.entries(properties)) {
    if (isRecord(member) && Object.hasOwn(value, name)) value[name] = walk(root, member, value[name], depth + 1)
  }
}

const walk = (root: Schema, unresolved: Schema, value: unknown, depth: number): unknown => {
  if (depth > DEPTH) return value
  const schema = resolve(root, unresolved)
  const wrapped = schema['type'] === 'array' && value !== null && !Array.isArray(value) ? [value] : value
  const items = schema['items']
  if (Array.isArray(wrapped) && isRecord(items)) return wrapped.map((item) => walk(root, items, item, depth + 1))
  if (isRecord(wrapped)) walkMembers(root, schema, wrapped, depth)
  return alternatives(schema).reduce((current, branch) => walk(root, branch, current, depth + 1), wrapped)
}

/** Puts a single value into a list where the schema wants a list, all the way down. Changes `value` in place. */
export const wrapSingles = (schema: Schema, value: unknown): unknown => walk(schema, schema, value, 0)
