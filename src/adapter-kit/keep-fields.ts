type Tree = Map<string, Tree>

/**
 * Data minimisation at the door: keeps only what stands at, or below, one of the dotted paths; lists are transparent.
 * `names` keeps all of `names`; `vessels.owners.identifier` keeps that of each owner of each vessel.
 */
export function keepFields(evidence: unknown, paths: readonly string[]): unknown {
  const wanted: Tree = new Map()
  // A whole branch wins over its parts: the longer paths come first, the shorter one then cuts them off.
  for (const path of [...paths].sort((a, b) => b.length - a.length)) plant(wanted, path.split('.'))
  return cut(evidence, wanted)
}

function plant(tree: Tree, names: readonly string[]): void {
  const [name, ...rest] = names
  if (name === undefined) {
    tree.clear()
    return
  }
  const branch = tree.get(name) ?? new Map<string, Tree>()
  tree.set(name, branch)
  plant(branch, rest)
}

function cut(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => cut(item, tree))
  if (typeof value !== 'object' || value === null) return value
  const kept: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value)) {
    const branch = tree.get(name)
    if (branch !== undefined) kept.push([name, branch.size === 0 ? inner : cut(inner, branch)])
  }
  return Object.fromEntries(kept)
}
