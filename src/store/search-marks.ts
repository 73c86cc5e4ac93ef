import { createHmac } from 'node:crypto'
import type { PersonName } from '../model/person.ts'

/** What somebody is found by without being named: keyed hashes, under a key that does not lie with the data. */
export interface SearchMarks {
  /** Of an official of one consumer: the same identifier elsewhere has another mark. Lower-case hex. */
  readonly official: (consumer: string, identifier: string) => string
  /** Of a person or a firm, the same wherever they are asked about. Lower-case hex. */
  readonly person: (name: PersonName) => string
}

/** 128 bits: no two share one. */
const MARK_CHARACTERS = 32

/** Whoever holds the rows without the key cannot try out identifiers; whoever holds the key can, so it is kept apart. */
export function searchMarks(key: Uint8Array): SearchMarks {
  const mark = (what: string, ...parts: readonly string[]): string =>
    createHmac('sha256', key)
      .update(JSON.stringify(['edno search', what, ...parts]))
      .digest('hex')
      .slice(0, MARK_CHARACTERS)
  return {
    official: (consumer, identifier) => mark('official', consumer, spelt(identifier)),
    person: ({ identifierType, identifier }) => mark('person', identifierType, spelt(identifier)),
  }
}

/** However it was typed. */
const spelt = (identifier: string): string => identifier.normalize('NFKC').trim().toLowerCase()
