import type { AnswerStatus } from './exchange.ts'
import type { LocalisedText } from './localised.ts'
import type { OutcomeKind } from './outcome.ts'

export const OUTCOME_WORDS: Readonly<Record<OutcomeKind, LocalisedText>> = {
  found: { bg: 'намерено', en: 'found' },
  'not-found': { bg: 'няма запис', en: 'not found' },
  refused: { bg: 'отказ', en: 'refused' },
  failed: { bg: 'неуспех', en: 'failed' },
  skipped: { bg: 'пропуснато', en: 'skipped' },
  late: { bg: 'закъсня', en: 'late' },
}

export const STATUS_WORDS: Readonly<Record<AnswerStatus, LocalisedText>> = {
  complete: { bg: 'пълен', en: 'complete' },
  partial: { bg: 'частичен', en: 'partial' },
  refused: { bg: 'отказан', en: 'refused' },
  cancelled: { bg: 'прекратен', en: 'cancelled' },
}
