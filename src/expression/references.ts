import type { ASTNode } from '@marcbachmann/cel-js'
import { compile, ExpressionError, ROOTS, type Root } from './compile.ts'
import { isMacro, METHODS, FUNCTIONS } from './vocabulary.ts'

/** What one expression reads. Paths are dotted; lists are transparent (`representatives.egn`). */
export interface References {
  readonly roots: ReadonlySet<Root>
  /** Call name → evidence paths read below it; an empty list where only the call itself is named. */
  readonly calls: ReadonlyMap<string, readonly string[]>
  /** Paths below `application`, `applicant` and `item`. */
  readonly application: readonly string[]
  readonly applicant: readonly string[]
  readonly item: readonly string[]
  /** CEL type of the value, `dyn` where it depends on the data. */
  readonly type: string
  /** Where the value itself comes from, when it is a plain path: what `item` means in a `forEach`. */
  readonly source: Place | undefined
}

/** A place in the data: a root and a path below it; for `calls` the path starts with the call's name. */
export interface Place {
  readonly root: Root
  readonly path: readonly string[]
}

interface Reading {
  readonly roots: Set<Root>
  /** Values that are read. */
  readonly read: Map<string, Place>
  /** Lists that are only counted or walked: they need no field of their own where a deeper one is read. */
  readonly walked: Map<string, Place>
}

type Names = ReadonlyMap<string, Place | undefined>

/** Nested loops over a registry's lists are as slow as the product of their lengths. */
const MAX_LOOPS = 2

/**
 * Which names and paths an expression reads. Throws `ExpressionError` where it is wrong, names something unknown, uses
 * `calls` in another form than `calls.<name>`, hides a name by a loop's variable, or calls a function that is not allowed.
 */
export function references(source: string): References {
  const { ast, type } = compile(source)
  const reading: Reading = { roots: new Set(), read: new Map(), walked: new Map() }
  const place = walk(ast, new Map(), reading, 0)
  note(reading, place, 'walked')
  return { ...summarise(reading), type, source: place }
}

type Walk = (node: ASTNode, names: Names, reading: Reading, loops: number) => Place | undefined

/** The place a node denotes, or nothing where it makes a new value; what a new value is made of counts as read. */
const walk: Walk = (node, names, reading, loops) => {
  switch (node.op) {
    case 'value':
      return undefined
    case 'id':
      return named(node.args, names, reading)
    case '.':
      return below(walk(node.args[0], names, reading, loops), node.args[1])
    case '[]':
      return indexed(node.args, names, reading, loops)
    case 'call':
      return called(node.args, names, reading, loops)
    case 'rcall':
      return method(node.args, names, reading, loops)
    default:
      for (const inner of innerNodes(node.args)) consume(inner, names, reading, loops)
      return undefined
  }
}

const innerNodes = (args: unknown): ASTNode[] =>
  Array.isArray(args) ? args.flatMap(innerNodes) : isNode(args) ? [args] : []

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value

const isRoot = (name: string): name is Root => (ROOTS as readonly string[]).includes(name)

function named(name: string, names: Names, reading: Reading): Place | undefined {
  if (names.has(name)) return names.get(name)
  if (!isRoot(name)) throw new ExpressionError(`unknown name "${name}"`)
  reading.roots.add(name)
  return { root: name, path: [] }
}

const below = (place: Place | undefined, member: string): Place | undefined =>
  place === undefined ? undefined : { root: place.root, path: [...place.path, member] }

/** `list[0]` is still in the list; anything else may be any member, so the whole value counts as read. */
function indexed(
  [base, index]: readonly [ASTNode, ASTNode],
  names: Names,
  reading: Reading,
  loops: number,
): Place | undefined {
  const place = walk(base, names, reading, loops)
  if (place?.root === 'calls' && place.path.length === 0)
    throw new ExpressionError('"calls" is only read as calls.<name>')
  if (index.op === 'value' && typeof index.args === 'bigint') return place
  consume(index, names, reading, loops)
  note(reading, place, 'read')
  return undefined
}

function called(
  [name, args]: readonly [string, ASTNode[]],
  names: Names,
  reading: Reading,
  loops: number,
): Place | undefined {
  if (!FUNCTIONS.has(name)) throw new ExpressionError(`the function "${name}" is not allowed`)
  const places = args.map((arg) => walk(arg, names, reading, loops))
  if (name === 'has') requireField(places[0])
  for (const place of places) note(reading, place, name === 'size' ? 'walked' : 'read')
  return undefined
}

/** Whether a call found something is its outcome; `has(calls.vehicle)` would take a broken registry for a missing car. */
function requireField(place: Place | undefined): void {
  if (place?.root === 'calls' && place.path.length < 2)
    throw new ExpressionError('has(…) needs a field of the answer: has(calls.<name>.<field>)')
}

function method(
  [name, receiver, args]: readonly [string, ASTNode, ASTNode[]],
  names: Names,
  reading: Reading,
  loops: number,
): Place | undefined {
  if (isMacro(name)) return loop({ name, receiver, args }, names, reading, loops)
  if (!METHODS.has(name)) throw new ExpressionError(`the function "${name}" is not allowed`)
  note(reading, walk(receiver, names, reading, loops), name === 'size' ? 'walked' : 'read')
  for (const arg of args) consume(arg, names, reading, loops)
  return undefined
}

interface Loop {
  readonly name: string
  readonly receiver: ASTNode
  readonly args: readonly ASTNode[]
}

/** The variable of a loop stands for the items of the list, whose path is the list's own: lists are transparent. */
function loop({ name, receiver, args }: Loop, names: Names, reading: Reading, loops: number): Place | undefined {
  const variable = loopVariable(name, args[0], loops)
  const list = walk(receiver, names, reading, loops)
  note(reading, list, 'walked')
  const inside = new Map(names).set(variable, list)
  const results = args.slice(1).map((arg) => walk(arg, inside, reading, loops + 1))
  const made = name === 'map' ? results.pop() : undefined
  for (const place of results) note(reading, place, 'read')
  return name === 'filter' ? list : made
}

function loopVariable(name: string, variable: ASTNode | undefined, loops: number): string {
  if (loops >= MAX_LOOPS) throw new ExpressionError(`no more than ${MAX_LOOPS} loops inside each other`)
  if (variable?.op !== 'id') throw new ExpressionError(`${name}(…) needs a variable first`)
  if (isRoot(variable.args)) throw new ExpressionError(`the variable "${variable.args}" hides a name of its own`)
  return variable.args
}

function consume(node: ASTNode, names: Names, reading: Reading, loops: number): void {
  note(reading, walk(node, names, reading, loops), 'read')
}

function note(reading: Reading, place: Place | undefined, how: 'read' | 'walked'): void {
  if (place === undefined) return
  if (place.root === 'calls' && place.path.length === 0)
    throw new ExpressionError('"calls" is only read as calls.<name>')
  if (place.root === 'calls' && place.path.length === 1 && how === 'read')
    throw new ExpressionError(`read calls.${String(place.path[0])} field by field`)
  if (place.root === 'exchange' && place.path.join('.') !== 'date')
    throw new ExpressionError('of "exchange" only exchange.date can be read')
  reading[how].set([place.root, ...place.path].join('.'), place)
}

type Paths = Pick<References, 'roots' | 'calls' | 'application' | 'applicant' | 'item'>

function summarise({ roots, read, walked }: Reading): Paths {
  const places = [...read.values(), ...[...walked].filter(([key]) => !hasDeeper(key, read)).map(([, place]) => place)]
  const pathsOf = (root: Root): string[] => sorted(places.filter((p) => p.root === root).map((p) => p.path.join('.')))
  const calls = new Map<string, string[]>()
  for (const place of [...read.values(), ...walked.values()])
    if (place.root === 'calls') calls.set(String(place.path[0]), [])
  for (const place of places) {
    const [call, ...path] = place.path
    if (place.root === 'calls' && path.length > 0) calls.get(String(call))?.push(path.join('.'))
  }
  return {
    roots,
    calls: new Map([...calls].map(([call, paths]) => [call, sorted(paths)])),
    application: pathsOf('application'),
    applicant: pathsOf('applicant'),
    item: pathsOf('item'),
  }
}

const hasDeeper = (key: string, read: ReadonlyMap<string, Place>): boolean =>
  [...read.keys()].some((other) => other.startsWith(`${key}.`))

const sorted = (paths: readonly string[]): string[] => [...new Set(paths)].sort()
