import type { Json, JsonObject } from '../model/json.ts'

/** Member names that may leave, as a tree; an empty tree lets the whole value below it out. */
type Tree = ReadonlyMap<string, Tree>

/**
 * Only what the paths name, dotted, lists transparent (`vessels.owners.identifier`). `undefined` where nothing is left:
 * an answer never shows an empty shell of what it withholds.
 */
export function disclose(evidence: Json, paths: readonly string[]): JsonObject | undefined {
  const kept = keep(evidence, toTree(paths), true)
  return isObject(kept) ? kept : undefined
}

function toTree(paths: readonly string[]): Tree {
  const first = new Set(paths.map((path) => path.split('.', 1)[0] ?? ''))
  return new Map([...first].map((name) => [name, branch(paths, name)]))
}

/** `owner` next to `owner.uic` means all of the owner. */
function branch(paths: readonly string[], name: string): Tree {
  if (paths.includes(name)) return new Map()
  const prefix = `${name}.`
  return toTree(paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)))
}

function keep(value: Json, tree: Tree, top = false): Json | undefined {
  if (tree.size === 0 && !top) return value
  if (Array.isArray(value)) return keepItems(value as readonly Json[], tree)
  return isObject(value) ? keepMembers(value, tree) : undefined
}

function keepItems(items: readonly Json[], tree: Tree): Json | undefined {
  const kept = items.map((item) => keep(item, tree)).filter((item) => item !== undefined)
  return kept.length === 0 ? undefined : kept
}

function keepMembers(value: JsonObject, tree: Tree): Json | undefined {
  const members: [string, Json][] = []
  for (const [name, inner] of Object.entries(value)) {
    const below = tree.get(name)
    const kept = below === undefined ? undefined : keep(inner, below)
    if (kept !== undefined) members.push([name, kept])
  }
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
