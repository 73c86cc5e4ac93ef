import type { LocatedMistake } from '../schema/read-yaml.ts'

/** Adapters or services are wrong; edno does not start. All mistakes at once, each with file and line. */
export class CatalogueRefused extends Error {
  override readonly name = 'CatalogueRefused'
  readonly mistakes: readonly LocatedMistake[]

  constructor(mistakes: readonly LocatedMistake[]) {
    super(mistakes.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'))
    this.mistakes = mistakes
  }
}

/** What was loaded, and what was wrong with the rest. */
export interface Loaded<T> {
  readonly loaded: readonly T[]
  readonly mistakes: readonly LocatedMistake[]
}
