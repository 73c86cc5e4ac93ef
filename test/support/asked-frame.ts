import type { EntryFrame } from '../../src/store/log-entries.ts'

/** The entry of questions, for tests that do not look at it. */
export const ASKED: EntryFrame = { event: 'asked', before: '{"questions":[', after: ']}' }
