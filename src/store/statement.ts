import { CompiledQuery, type QueryResult } from 'kysely'
import type { Executor } from './tables/tables.ts'

/** A statement with its values, ready to run. */
export interface Statement<Row> {
  readonly execute: (db: Executor) => Promise<QueryResult<Row>>
}

/** A template is one object for the life of the process, whatever its values: its text is put together once. */
const texts = new WeakMap<TemplateStringsArray, string>()

/**
 * A statement written out, for what every exchange runs: nothing is built or compiled when it runs, which the query
 * builder and its own template do each time. Values become parameters; they are never part of the text.
 */
export const statement = <Row>(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement<Row> => ({
  execute: (db) => db.executeQuery<Row>(CompiledQuery.raw(textOf(strings), [...values])),
})

function textOf(strings: TemplateStringsArray): string {
  const known = texts.get(strings)
  if (known !== undefined) return known
  const text = strings.reduce((before, after, index) => `${before}$${index}${after}`)
  texts.set(strings, text)
  return text
}
