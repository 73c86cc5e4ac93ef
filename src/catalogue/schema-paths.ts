/** A JSON Schema as far as this file reads it. */
type Schema = Readonly<Record<string, unknown>>

export interface SchemaPaths {
  /** Every dotted path, inner nodes too; lists are transparent. */
  readonly all: ReadonlySet<string>
  /** Those whose value is a list. */
  readonly lists: ReadonlySet<string>
  /** Members of the top that must be there. */
  readonly required: readonly string[]
}

/** Deeper evidence than this is a schema that refers to itself. */
const MAX_DEPTH = 12

/** The paths a schema describes, through `properties`, `items`, local `$ref` and combinations. */
export function schemaPaths(schema: Schema): SchemaPaths {
  const all = new Set<string>()
  const lists = new Set<string>()
  collect(schema, { root: schema, all, lists }, [])
  return { all, lists, required: Array.isArray(schema['required']) ? schema['required'].map(String) : [] }
}

interface Collection {
  readonly root: Schema
  readonly all: Set<string>
  readonly lists: Set<string>
}

function collect(schema: unknown, into: Collection, path: readonly string[]): void {
  const node = resolve(schema, into.root)
  if (node === undefined || path.length > MAX_DEPTH) return
  if (path.length > 0) into.all.add(path.join('.'))
  if (isSchema(node['items'])) {
    into.lists.add(path.join('.'))
    collect(node['items'], into, path)
  }
  if (isSchema(node['properties']))
    for (const [name, member] of Object.entries(node['properties'])) collect(member, into, [...path, name])
  for (const branch of branchesOf(node)) collect(branch, into, path)
}

/** Schemas that speak of the same value. */
export const branchesOf = (schema: Schema): readonly unknown[] =>
  ['allOf', 'anyOf', 'oneOf', 'then', 'else'].flatMap((keyword) => schema[keyword] ?? [])

/** Follows a `$ref` into the schema's own `$defs`. */
export function resolve(schema: unknown, root: Schema): Schema | undefined {
  if (!isSchema(schema)) return undefined
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  const target = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, name) => (isSchema(node) ? node[name] : undefined), root)
  return isSchema(target) && target !== schema ? resolve(target, root) : undefined
}

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
