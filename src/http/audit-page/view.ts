import { fill } from '../../model/fill.ts'
import type { LocalisedText } from '../../model/localised.ts'
import type { PageQuery } from './address.ts'

/** What every part of the page is given: who reads, in which language, and where in the list. */
export interface View {
  readonly language: 'bg' | 'en'
  /** The query of the address, judged. */
  readonly query: PageQuery
  /** This address, for the other language. */
  readonly path: string
  readonly say: (text: LocalisedText, ...values: readonly (string | number)[]) => string
}

export const viewOf = (language: 'bg' | 'en', path: string, query: PageQuery): View => ({
  ...{ language, path, query },
  say: (text, ...values) => fill(text[language], ...values),
})
