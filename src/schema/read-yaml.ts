import { readFileSync } from 'node:fs'
import { type Document, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml'
import { pointerPath, type SchemaMistake } from './mistake.ts'

/** A mistake with its place in a file a person edits. */
export interface LocatedMistake {
  /** As given to `readYaml`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

export interface YamlFile {
  readonly file: string
  readonly value: unknown
  /** Line of the value's key (or list item); of the nearest parent that exists where the path does not. */
  readonly lineOf: (path: readonly (string | number)[]) => number
}

/** The file is not YAML as edno reads it. All mistakes at once. */
export class YamlRefused extends Error {
  override readonly name = 'YamlRefused'
  readonly mistakes: readonly LocatedMistake[]

  constructor(mistakes: readonly LocatedMistake[]) {
    super(mistakes.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'))
    this.mistakes = mistakes
  }
}

/** Files that people write by hand are small; a bigger one is a mistake or an attack. */
const LIMIT_BYTES = 1_048_576

/** One value, one place: an anchor makes a file mean what no line of it says, and a few lines into gigabytes. */
const findAnchors = (document: Document): { offset: number; message: string }[] => {
  const found: { offset: number; message: string }[] = []
  visit(document, {
    Alias: (_key, node) => {
      found.push({ offset: node.range?.[0] ?? 0, message: 'aliases are not allowed' })
    },
    Node: (_key, node) => {
      if ('anchor' in node && typeof node.anchor === 'string') {
        found.push({ offset: node.range?.[0] ?? 0, message: 'anchors are not allowed' })
      }
    },
  })
  return found
}

const keyOffset = (document: Document, path: readonly (string | number)[]): number | undefined => {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items))
    return undefined
  const items: readonly unknown[] = parent.items
  const place = items.find((item, index) =>
    isPair(item) && isNode(item.key) ? String(item.key) === String(last) : index === last,
  )
  const node = isPair(place) ? place.key : place
  return isNode(node) ? startOf(node) : undefined
}

/** An empty document has no contents. */
const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // That it is not there means something else to each who asks.
    if (code === 'ENOENT' || code === '') throw error
    throw new YamlRefused([{ file, line: 1, message: `cannot be read (${code})` }])
  }
}

/** Reads one YAML 1.2 document (core schema: dates stay texts). Throws `YamlRefused`, or the file system's error where there is none. */
export const readYaml = (file: string): YamlFile => {
  const text = textOf(file)
  if (Buffer.byteLength(text) > LIMIT_BYTES)
    throw new YamlRefused([{ file, line: 1, message: 'the file is too large' }])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' })
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  const syntax = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }))
  const mistakes = [...syntax, ...findAnchors(document)]
  if (mistakes.length > 0) {
    throw new YamlRefused(mistakes.map(({ offset, message }) => ({ file, line: lineAt(offset), message })))
  }
  const lineOf = (path: readonly (string | number)[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = keyOffset(document, path.slice(0, length))
      if (offset !== undefined) return lineAt(offset)
    }
    return lineAt(startOf(document.contents))
  }
  return { file, value: document.toJS({ maxAliasCount: 0 }), lineOf }
}

/** Of a file that is known to be read; the first line where YAML is stricter than JSON. */
export const lineIn = (file: string, pointer: string): number => {
  try {
    return readYaml(file).lineOf(pointerPath(pointer))
  } catch {
    return 1
  }
}

/** Gives each mistake of a schema the line it stands on, and its pointer as the start of the message. */
export const locateMistakes = (yaml: YamlFile, mistakes: readonly SchemaMistake[]): readonly LocatedMistake[] =>
  mistakes.map(({ pointer, message }) => ({
    file: yaml.file,
    line: yaml.lineOf(pointerPath(pointer)),
    message: `${pointer === '' ? 'the document' : pointer} ${message}`,
  }))
