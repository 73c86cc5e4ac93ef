import type { VNode } from 'preact'
import type { AnswerStatus } from '../../model/exchange.ts'
import type { OutcomeKind } from '../../model/outcome.ts'
import { OUTCOME_WORDS, STATUS_WORDS } from '../../model/words.ts'
import type { View } from './view.ts'
import { STATE_WORDS } from './words.ts'

/** In words and by a sign: colour alone tells nobody anything. */
const SIGNS: Readonly<Record<OutcomeKind, string>> = {
  found: '✓',
  'not-found': '∅',
  refused: '⊘',
  failed: '✗',
  skipped: '–',
  late: '…',
}

interface OutcomeParts {
  readonly view: View
  readonly outcome: OutcomeKind
  readonly count?: number
}

export const Outcome = ({ view, outcome, count }: OutcomeParts): VNode => (
  <span class={`outcome ${outcome}`}>
    <span aria-hidden="true">{SIGNS[outcome]}</span> {view.say(OUTCOME_WORDS[outcome])}
    {count === undefined ? null : ` ${count}`}
  </span>
)

interface StandingParts {
  readonly view: View
  readonly state: 'running' | 'deferred' | 'closed'
  readonly status: AnswerStatus | undefined
}

/** How the whole stands. */
export const Standing = ({ view, state, status }: StandingParts): VNode => (
  <span class={`standing ${status ?? state}`}>
    {view.say(status === undefined ? STATE_WORDS[state] : STATUS_WORDS[status])}
  </span>
)
