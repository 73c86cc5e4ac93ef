import type { RegixMap, WireField } from './regix-map.ts'

/** One line of the map as the access matrix names it: dotted, without prefixes, selectors and attributes. */
interface MatrixLine {
  readonly path: string
  /** The evidence field below it, or the list or object itself. */
  readonly field: string
}

const plain = (wire: string): readonly string[] =>
  wire
    .split('/')
    .filter((step) => step !== '' && !step.startsWith('@'))
    .map((step) => step.replace(/^\w+:/, '').replace(/\[.*\]$/, ''))

function linesOf(fields: readonly WireField[], above: readonly string[], outer: string): readonly MatrixLine[] {
  return fields.flatMap((line): readonly MatrixLine[] => {
    if (line.field === undefined) return []
    const steps = [...above, ...plain(line.wire)]
    const field = outer === '' ? line.field : `${outer}.${line.field}`
    const nested = line.each ?? line.first
    if (nested !== undefined) return linesOf(nested, steps, field)
    return (line.parts ?? ['']).map((part) => ({ path: [...steps, ...plain(part)].join('.'), field }))
  })
}

/** All paths of the answer that the map reads, parents before children, as a matrix lists them. */
export function matrixPaths(map: RegixMap): readonly string[] {
  const paths = new Set<string>()
  for (const { path } of linesOf(map.response.fields, [], '')) {
    const names = path.split('.')
    for (let length = 1; length <= names.length; length += 1) paths.add(names.slice(0, length).join('.'))
  }
  return [...paths]
}

const below = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`)

/** Which of the wanted evidence fields the matrix denies: without this, denied would look like empty. */
export function deniedFields(map: RegixMap, denied: readonly string[], wanted: readonly string[]): readonly string[] {
  if (denied.length === 0) return []
  const lost = linesOf(map.response.fields, [], '').filter(({ path }) => denied.some((name) => below(path, name)))
  const fields = lost.map(({ field }) => field)
  return [...new Set(fields)].filter((field) => wanted.some((path) => below(field, path) || below(path, field)))
}
