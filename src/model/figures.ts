import type { OutcomeKind } from './outcome.ts'

/**
 * How a call ended, as operators count it. Whether anything was found is a fact about the person who was asked about, and helps nobody
 * who looks after machines.
 */
export type CallEnd = 'answered' | Exclude<OutcomeKind, 'found' | 'not-found'>

export const endOf = (outcome: OutcomeKind): CallEnd =>
  outcome === 'found' || outcome === 'not-found' ? 'answered' : outcome
