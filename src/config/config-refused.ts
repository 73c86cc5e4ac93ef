/** The configuration is wrong; edno does not start. All mistakes at once, for the operator. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`the configuration is refused:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`)
    this.mistakes = mistakes
  }
}
