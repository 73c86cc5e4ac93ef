import { type Options, stringify } from 'csv-stringify/sync'
import { auditClient, type ListQuery } from '../client/audit.ts'
import type { Usage, UsageRow } from '../model/usage.ts'
import { type CallerOptions, overConnection } from './access/caller.ts'
import type { Output } from './output.ts'

export interface StatsOptions extends CallerOptions {
  readonly from: string
  readonly to: string
  readonly by: string
  readonly consumer?: string
  readonly service?: string
  readonly registry?: string
  readonly csv?: boolean
}

/** How much is asked, by whom, of whom. */
export const showStats = (options: StatsOptions): Promise<boolean> =>
  overConnection(options, auditClient, async (client, { out, json }) => {
    const usage = await client.get<Usage>('/v1/statistics', queryOf(options))
    if (json) out.json(usage)
    else if (options.csv === true) process.stdout.write(stringify([...tableOf(usage)], AS_LISTS))
    else print(usage, out)
    return true
  })

const FILTERS = ['consumer', 'service', 'registry'] as const

const queryOf = (options: StatsOptions): ListQuery => ({
  ...{ from: options.from, to: options.to, by: options.by },
  ...Object.fromEntries(FILTERS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))),
})

const COUNTS = ['exchanges', 'calls', 'answered', 'answeredPerExchange', 'medianMs'] as const

function tableOf({ by, rows, smallest }: Usage): readonly string[][] {
  const shown = COUNTS.filter((name) => rows.some((row) => row[name] !== undefined))
  const countOf = (row: UsageRow, name: (typeof COUNTS)[number]): string =>
    row.suppressed === true ? `<${smallest}*` : String(row[name] ?? '')
  return [
    [...by, ...shown],
    ...rows.map((row) => [...by.map((name) => row[name] ?? ''), ...shown.map((name) => countOf(row, name))]),
  ]
}

/** RFC 4180, written as lists of exchanges are. */
const AS_LISTS: Options = { record_delimiter: 'windows', escape_formulas: true, bom: true }

const SUPPRESSED = {
  bg: '* твърде малко, за да се каже, или нужно, за да не се изчисли',
  en: '* too few to be told, or what they could be worked out from',
}

function print(usage: Usage, out: Output): void {
  const table = tableOf(usage)
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)))
  for (const line of table)
    out.line(
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  if (usage.rows.some(({ suppressed }) => suppressed === true)) out.line(out.text(SUPPRESSED))
}
