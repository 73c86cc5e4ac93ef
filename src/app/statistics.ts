import type { Broker } from '../http/broker.ts'
import type { Reader } from '../model/exchange-list.ts'
import {
  USAGE_DIMENSIONS,
  type UsageDimension,
  type UsageNames,
  type UsageQuestion,
  type UsageRow,
} from '../model/usage.ts'
import { requireActive } from '../policy/may-audit.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { callsBy, exchangesBy, mediansBy } from '../store/usage.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { Capabilities } from './ports.ts'
import { SMALLEST_TOLD, smallCells } from './small-cells.ts'

/** How much is asked, by whom, of whom: for every party, since nobody can be told from it. */
export const statisticsDesk =
  ({ store, rules }: Pick<Capabilities, 'store' | 'rules'>): Broker['statistics'] =>
  async ({ party }: Reader, question) => {
    requireActive(rules.governance, party)
    requireSound(question)
    const rows = await usageRows(store.db, question)
    return { ...question, smallest: SMALLEST_TOLD, rows: withoutSmall(rows, question.by) }
  }

function requireSound({ from, to, by, registry }: UsageQuestion): void {
  if (from > to) throw new BrokerError('request.parameter', 'from: a month that is not after `to`')
  const unknown = by.find((name) => !USAGE_DIMENSIONS.includes(name))
  if (unknown !== undefined || new Set(by).size < by.length)
    throw new BrokerError('request.parameter', `by: some of ${USAGE_DIMENSIONS.join(', ')}, each once`)
  if (by.includes('status') && (isOfCalls(by) || registry !== undefined))
    throw new BrokerError('request.parameter', 'by: the status is that of exchanges, registry and outcome are of calls')
}

const isOfCalls = (by: readonly UsageDimension[]): boolean => by.includes('registry') || by.includes('outcome')

async function usageRows(db: Executor, question: UsageQuestion): Promise<UsageRow[]> {
  const { by } = question
  const ofCalls = isOfCalls(by) || question.registry !== undefined
  const [exchanges, calls, medians] = await Promise.all([
    ofCalls ? [] : exchangesBy(db, question),
    by.includes('status') ? [] : callsBy(db, question),
    mediansBy(db, ofCalls ? 'calls' : 'exchanges', question),
  ])
  const keyOf = (row: UsageNames): string => JSON.stringify(by.map((name) => row[name]))
  const callsOf = new Map(calls.map((row) => [keyOf(row), row]))
  const told = medians.filter(({ times }) => times >= SMALLEST_TOLD)
  const medianOf = new Map(told.map((row) => [keyOf(row), row.medianMs]))
  return (ofCalls ? calls : exchanges).map((row) => {
    const median = medianOf.get(keyOf(row))
    return {
      ...row,
      ...perExchange(row, callsOf.get(keyOf(row))),
      ...(median === undefined ? {} : { medianMs: median }),
    }
  })
}

/** Papers that were not carried. */
function perExchange(
  { exchanges }: UsageRow,
  found: Pick<UsageRow, 'calls' | 'answered'> | undefined,
): Partial<UsageRow> {
  if (found === undefined) return {}
  const { calls = 0, answered = 0 } = found
  const each = exchanges === undefined ? {} : { answeredPerExchange: Math.round((answered / exchanges) * 100) / 100 }
  return { calls, answered, ...each }
}

function withoutSmall(rows: readonly UsageRow[], by: readonly UsageDimension[]): UsageRow[] {
  const cells = rows.map((row) => ({
    row,
    names: by.map((name) => row[name] ?? ''),
    count: row.exchanges ?? row.calls ?? 0,
  }))
  const hidden = smallCells(cells, SMALLEST_TOLD)
  return cells.map((cell) => (hidden.has(cell) ? { ...namesOf(cell.row, by), suppressed: true } : cell.row))
}

const namesOf = (row: UsageRow, by: readonly UsageDimension[]): UsageNames =>
  Object.fromEntries(by.map((name) => [name, row[name]]))
