import type { LocatedMistake } from '../schema/read-yaml.ts'

/** The governance data is wrong; nothing is decided on it. All mistakes at once, each with file and line. */
export class GovernanceRefused extends Error {
  override readonly name = 'GovernanceRefused'
  readonly mistakes: readonly LocatedMistake[]

  constructor(mistakes: readonly LocatedMistake[]) {
    super(
      `the governance data is refused:\n${mistakes.map(({ file, line, message }) => `  ${file}:${line}: ${message}`).join('\n')}`,
    )
    this.mistakes = mistakes
  }
}
