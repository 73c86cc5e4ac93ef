import { BrokerError } from '../problem/broker-error.ts'
import { type SearchMarks, searchMarks } from '../store/search-marks.ts'
import type { Keys } from './keys.ts'

/** Nothing where no search key is configured: then nobody can be looked for. */
export const marksOf = ({ secrets: { searchKey } }: Pick<Keys, 'secrets'>): { readonly marks?: SearchMarks } =>
  searchKey === undefined ? {} : { marks: searchMarks(searchKey.reveal()) }

export function requireMarks(keys: Pick<Keys, 'secrets'>): SearchMarks {
  const { marks } = marksOf(keys)
  if (marks === undefined)
    throw new BrokerError('request.parameter', 'this edno has no search key: persons cannot be looked for')
  return marks
}
