import type { LocalisedText } from './localised.ts'

/** `unknown`: what the evidence cannot tell. */
export type Mark = 'holds' | 'fails' | 'unknown'

/** What one thing that was looked into means to a person. */
export interface JudgedSentence {
  readonly mark: Mark
  readonly text: LocalisedText
}

/** What a container of evidence proves, in sentences. */
export interface JudgedEvidence {
  readonly holds: boolean
  /** The last line: does all hold that could be checked? */
  readonly verdict: LocalisedText
  readonly sentences: readonly JudgedSentence[]
  /** The three questions of a dispute, each with its reply. */
  readonly questions: readonly (JudgedSentence & { readonly reply: LocalisedText })[]
}
