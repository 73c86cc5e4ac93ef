import type { Broker } from '../http/broker.ts'
import { requireAuditor } from '../policy/may-audit.ts'
import { BrokerError } from '../problem/broker-error.ts'
import {
  askedByManyIn,
  correctionsOf,
  failuresIn,
  hoursIn,
  officialsIn,
  outsideHoursIn,
  refusalsIn,
  withoutCaseIn,
} from '../store/audit-report.ts'
import { requireSound } from './list-filter.ts'
import type { Capabilities } from './ports.ts'
import { marksOf } from './search.ts'

/** Longer ones are looked at in parts: the exchanges of a period are read one by one for some of it. */
const LONGEST_DAYS = 92
const DAY_MS = 86_400_000

const BY_MANY = 'one person asked for by many'
const NOBODY_MARKED = {
  what: BY_MANY,
  why: 'this edno has no search key, so it cannot tell two questions about one from two about two',
}
const TOO_MANY = { what: BY_MANY, why: 'it could not be counted in time; ask about a shorter period' }

/** For auditors: what stands out in a period. The reading is recorded before anything is looked at. */
export const auditReporter =
  ({ store, rules, log, keys }: Pick<Capabilities, 'store' | 'rules' | 'log' | 'keys'>): Broker['auditReport'] =>
  async ({ party, certificate }, { from, to }) => {
    const role = requireAuditor(rules.governance, party)
    requireSound({ from, to })
    const period = { from: new Date(from), to: new Date(to) }
    if (period.to.getTime() - period.from.getTime() > LONGEST_DAYS * DAY_MS)
      throw new BrokerError('request.parameter', `to: a report is about ${LONGEST_DAYS} days at most`)
    await log.read({ by: party, role, certificate, what: 'report', question: { from, to } })
    const { db } = store
    const hasMarks = marksOf(keys).marks !== undefined
    // Of all parts the one that looks through most rows: it must not keep the others from the auditor.
    const byMany = hasMarks ? await askedByManyIn(db, period).catch(() => undefined) : []
    // One after the other: a report is no reason to take many connections from exchanges.
    return {
      ...{ from: period.from.toISOString(), to: period.to.toISOString() },
      refusals: await refusalsIn(db, period),
      failures: await failuresIn(db, period),
      withoutCase: await withoutCaseIn(db, period),
      officials: await officialsIn(db, period),
      hours: await hoursIn(db, period),
      outsideHours: await outsideHoursIn(db, period),
      askedByMany: byMany ?? [],
      corrections: await correctionsOf(db, period),
      leftOut: [...(hasMarks ? [] : [NOBODY_MARKED]), ...(byMany === undefined ? [TOO_MANY] : [])],
    }
  }
