import type { LocalisedText } from '../model/localised.ts'

export type Language = 'bg' | 'en'

/** Where a command writes: results to stdout, progress and complaints to stderr. */
export interface Output {
  readonly language: Language
  /** A line of the result. */
  readonly line: (text?: string) => void
  /** The one object of `--json`. */
  readonly json: (value: unknown) => void
  /** A line for a person who waits; shown on a terminal only. */
  readonly progress: (text: string) => void
  readonly complain: (text: string) => void
  readonly text: (text: LocalisedText) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly faint: (text: string) => string
  readonly strong: (text: string) => string
}

const paint = (code: string) => (text: string) =>
  process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? `\u001b[${code}m${text}\u001b[0m` : text

/** `asked` is the value of `--lang`; without it the language of the terminal, else English. */
export function output(asked: string | undefined): Output {
  const language = languageOf(asked ?? process.env['EDNO_LANG'] ?? process.env['LC_ALL'] ?? process.env['LANG'])
  return {
    language,
    line: (text = '') => void process.stdout.write(`${text}\n`),
    json: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`${text}\n`)
    },
    complain: (text) => void process.stderr.write(`${text}\n`),
    text: (text) => text[language],
    good: paint('32'),
    bad: paint('31'),
    faint: paint('2'),
    strong: paint('1'),
  }
}

const languageOf = (locale: string | undefined): Language => (locale?.startsWith('bg') === true ? 'bg' : 'en')
