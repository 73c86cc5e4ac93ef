import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type { Request, Response } from 'express'

export type ListFormat = 'json' | 'csv' | 'ndjson'

const MEDIA: Readonly<Record<ListFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
}

/** As the parameter says, or else the header; JSON where neither does. */
export function formatOf(request: Request, format: unknown): ListFormat {
  if (format === 'csv' || format === 'ndjson' || format === 'json') return format
  const accepted = request.accepts(Object.values(MEDIA))
  return accepted === MEDIA.csv ? 'csv' : accepted === MEDIA.ndjson ? 'ndjson' : 'json'
}

/** One row of a table; members that are absent are empty cells. */
export type TableRow = Readonly<Record<string, string | number | undefined>>

/**
 * A list without an end in memory: a row is read when the one before it has left. Ends when the reader hangs up; a failure
 * in the middle breaks the connection, so that half a list is never taken for a whole one.
 */
export async function streamList<Row>(
  response: Response,
  rows: AsyncIterable<Row>,
  how: {
    readonly format: 'csv' | 'ndjson'
    readonly columns: readonly string[]
    readonly cells: (row: Row) => TableRow
  },
): Promise<void> {
  response.status(200).type(`${MEDIA[how.format]}; charset=utf-8`)
  if (how.format === 'ndjson') await pipeline(Readable.from(linesOf(rows)), response)
  else await pipeline(Readable.from(cellsOf(rows, how.cells)), csvOf(how.columns), response)
}

async function* linesOf(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

async function* cellsOf<Row>(rows: AsyncIterable<Row>, cells: (row: Row) => TableRow): AsyncGenerator<TableRow> {
  for await (const row of rows) yield cells(row)
}

/** RFC 4180. A cell that a spreadsheet would take for a formula is told to be text; the mark in front has it read as UTF-8. */
const csvOf = (columns: readonly string[]) =>
  stringify({ header: true, columns: [...columns], record_delimiter: 'windows', escape_formulas: true, bom: true })
