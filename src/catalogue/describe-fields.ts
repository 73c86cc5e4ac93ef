import type { DescribedField } from '../model/registry-page.ts'
import { branchesOf, isSchema, resolve } from './schema-paths.ts'

type Schema = Readonly<Record<string, unknown>>

/** Deeper than any answer; a schema may refer to itself. */
const MAX_DEPTH = 12

/** The values that a schema describes, in its order; objects that hold them stand in their paths. */
export function describeFields(schema: Schema): readonly DescribedField[] {
  const fields = new Map<string, DescribedField>()
  describe({ node: schema, root: schema, path: [], list: false, required: false }, fields)
  return [...fields.values()]
}

interface Place {
  readonly node: unknown
  readonly root: Schema
  readonly path: readonly string[]
  readonly list: boolean
  readonly required: boolean
}

/** The first description of a path stands; others are of other cases of the same value. */
function describe(place: Place, into: Map<string, DescribedField>): void {
  const { root, path, list } = place
  const found = resolve(place.node, root)
  if (found === undefined || path.length > MAX_DEPTH) return
  const node = { ...found, ...titlesOf(place.node) }
  if (isSchema(node['items'])) describe({ ...place, node: { ...titlesOf(node), ...node['items'] }, list: true }, into)
  else if (isLeaf(node) && path.length > 0 && !into.has(path.join('.'))) into.set(path.join('.'), fieldAt(node, place))
  for (const [name, member, required] of membersOf(node))
    describe({ node: member, root, path: [...path, name], list, required }, into)
  for (const branch of branchesOf(node)) describe({ ...place, node: branch }, into)
}

/** What stands beside a reference, or at a list whose items have none. */
const titlesOf = (node: unknown): Schema =>
  isSchema(node)
    ? Object.fromEntries(Object.entries(node).filter(([name]) => name === 'title' || name === 'x-title-en'))
    : {}

type Member = readonly [name: string, schema: unknown, required: boolean]

function membersOf({ properties, required }: Schema): readonly Member[] {
  const must = new Set(Array.isArray(required) ? required : [])
  return isSchema(properties) ? Object.entries(properties).map(([name, member]) => [name, member, must.has(name)]) : []
}

const isLeaf = (node: Schema): boolean =>
  !isSchema(node['properties']) &&
  (node['type'] !== undefined || node['enum'] !== undefined) &&
  node['type'] !== 'object'

function fieldAt(node: Schema, { path, list, required }: Place): DescribedField {
  const { title, description, format, type, enum: values, 'x-title-en': english } = node
  const said = typeof title === 'string' ? title : description
  return {
    path: path.join('.'),
    ...(typeof said === 'string' ? { title: said } : {}),
    ...(typeof english === 'string' ? { titleEn: english } : {}),
    type: typeof format === 'string' ? format : typeof type === 'string' ? type : 'string',
    ...{ list, required },
    ...(Array.isArray(values) ? { values: values.map(String) } : {}),
  }
}
