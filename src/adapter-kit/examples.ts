import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterManifest, OperationInput } from './adapter.ts'

/** One file of an operation's `examples/`: what is asked, and what the stand-in's registry answers. */
export interface OperationExample {
  readonly file: string
  readonly input: OperationInput
  readonly status: 'found' | 'not-found'
  /** All fields; only where found. */
  readonly evidence?: unknown
}

export const readManifest = (folder: string): AdapterManifest =>
  JSON.parse(readFileSync(join(folder, 'adapter.json'), 'utf8')) as AdapterManifest

export const readExamples = (operationFolder: string): readonly OperationExample[] =>
  readdirSync(join(operationFolder, 'examples'))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file): OperationExample => {
      const example = JSON.parse(readFileSync(join(operationFolder, 'examples', file), 'utf8')) as OperationExample
      return { ...example, file }
    })

/** Dotted paths of all values; lists are transparent, an empty one is a value. */
export function leafPaths(value: unknown, above = ''): readonly string[] {
  if (Array.isArray(value) && value.length > 0)
    return [...new Set(value.flatMap((item: unknown) => leafPaths(item, above)))]
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return above === '' ? [] : [above]
  return Object.entries(value).flatMap(([name, inner]) => leafPaths(inner, above === '' ? name : `${above}.${name}`))
}

/** The values at a dotted path; lists are transparent. */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  return path
    .split('.')
    .reduce<readonly unknown[]>((found, name) => found.flatMap((item) => stepInto(item, name)), [value].flat())
}

function stepInto(item: unknown, name: string): readonly unknown[] {
  if (typeof item !== 'object' || item === null) return []
  const next: unknown = (item as Record<string, unknown>)[name]
  return next === undefined ? [] : [next].flat()
}

/** All texts of a value: what must not stand in a log or a fault message. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}
