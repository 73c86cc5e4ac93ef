import { readFileSync } from 'node:fs'
import { pointerPath } from '../schema/mistake.ts'
import { lineIn, type LocatedMistake } from '../schema/read-yaml.ts'
import { environmentLayers, type EnvironmentVariables } from './environment.ts'

/** What a setting may have been written in. */
export interface WrittenIn {
  /** `configFiles`: the last wins. */
  readonly files: readonly string[]
  readonly environment: EnvironmentVariables
}

type Path = readonly (string | number)[]

/** How many steps of the path a value has. */
function depthOf(value: unknown, path: Path): number {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return 0
  return 1 + depthOf((value as Readonly<Record<string | number, unknown>>)[step], rest)
}

interface Place {
  readonly file: string
  readonly depth: number
  readonly line: (pointer: string) => number
}

/** A file that cannot be read has told so itself. */
function placeIn(file: string, path: Path): Place | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return { file, depth: depthOf(value, path), line: (pointer) => lineIn(file, pointer) }
  } catch {
    return undefined
  }
}

const placesIn = ({ files, environment }: WrittenIn, path: Path): readonly Place[] => [
  ...files.flatMap((file) => placeIn(file, path) ?? []),
  ...environmentLayers(environment)
    .filter(({ layer }) => depthOf(layer, path) === path.length)
    .map(({ name }) => ({ file: name, depth: path.length, line: () => 1 })),
]

/** A file at the beginning is followed by a colon. */
const POINTER = /^(\/(?:\S*[^\s:])?)( |$)/

/**
 * Gives a mistake that begins with the pointer of a setting the file and line where that setting, or as much of its pointer as
 * there is, was written last. Others, which name their file themselves, are told of `configuration`.
 */
export const placeMistakes = (mistakes: readonly string[], written: WrittenIn): readonly LocatedMistake[] =>
  mistakes.map((message) => {
    const [, pointer] = POINTER.exec(message) ?? []
    const path = pointerPath(pointer ?? '')
    const places = pointer === undefined ? [] : placesIn(written, path)
    const deepest = Math.max(...places.map(({ depth }) => depth))
    const place = places.findLast(({ depth }) => depth === deepest)
    return { file: place?.file ?? NOWHERE, line: place?.line(pointer ?? '') ?? 1, message }
  })

const NOWHERE = 'configuration'

/** One line for each, as `config check` prints them. */
export const placedLines = (mistakes: readonly LocatedMistake[]): readonly string[] =>
  mistakes.map(({ file, line, message }) => (file === NOWHERE ? message : `${file}:${line}: ${message}`))
