import { nextSofiaDay } from '../../model/sofia-day.ts'
import { openBeside } from '../../store/beside.ts'
import { decisionsIn, type DecisionRange } from '../../store/decisions.ts'
import { settings } from '../settings.ts'
import { WrongUsage } from '../wrong-usage.ts'

export interface RangeOptions {
  readonly from?: string
  readonly to?: string
}

/** Every recorded decision of a time, as it is kept: a line of JSON each. */
export async function exportDecisions(options: RangeOptions): Promise<void> {
  const { databaseUrl, dataDirectory } = settings()
  const range = rangeOf(options)
  const beside = await openBeside({
    dataDirectory,
    ...(databaseUrl === undefined ? {} : { databaseUrl: databaseUrl.reveal() }),
  })
  try {
    for await (const { record } of decisionsIn(beside.db, range)) process.stdout.write(`${record}\n`)
  } finally {
    await beside.close()
  }
}

/** A date is the midnight in Sofia with which it begins. */
export function rangeOf({ from, to }: RangeOptions): DecisionRange {
  return {
    ...(from === undefined ? {} : { from: instantOf(from, '--from') }),
    ...(to === undefined ? {} : { to: instantOf(to, '--to') }),
  }
}

const HALF_A_DAY_MS = 43_200_000
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** A date is the midnight in Sofia with which it begins. */
export function instantOf(text: string, option: string): Date {
  const read = new Date(INSTANT.test(text) ? text : Number.NaN)
  const at =
    text.includes('T') || Number.isNaN(read.getTime()) ? read : nextSofiaDay(new Date(read.getTime() - HALF_A_DAY_MS))
  if (Number.isNaN(at.getTime())) throw new WrongUsage(`${option}: a date, or a date and time with offset, is expected`)
  return at
}
