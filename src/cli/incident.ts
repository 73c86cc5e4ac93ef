import { freshSalt } from '../exchange-log/commitment.ts'
import { incidentEntry } from '../exchange-log/later-entries.ts'
import { systemClock } from '../ops/clock.ts'
import { holdsIdentifier } from '../policy/agreement/holds-identifier.ts'
import type { Beside } from '../store/beside.ts'
import { closeIncident, findIncident, type IncidentRow, listIncidents, retryIncident } from '../store/incidents.ts'
import { beside } from './beside.ts'
import { fill } from './demo/words.ts'
import { type Output, output } from './output.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface IncidentListOptions {
  readonly all?: boolean
  readonly json?: boolean
  readonly lang?: string
}

export interface IncidentActOptions {
  readonly reason: string
  readonly json?: boolean
  readonly lang?: string
}

const WORDS = {
  none: { bg: 'Няма инциденти.', en: 'There are no incidents.' },
  of: { bg: 'обмен {} на {} · {}', en: 'exchange {} of {} · {}' },
  'tries-used-up': { bg: 'опитите свършиха: {}', en: 'its tries are used up: {}' },
  interrupted: {
    bg: 'прекъснат, докато въпросът беше на път, и не бива да се задава втори път, без някой да е погледнал',
    en: 'interrupted while its question was on its way; it must not be put twice before somebody has looked',
  },
  open: { bg: 'отворен', en: 'open' },
  retried: { bg: 'повторен', en: 'retried' },
  closed: { bg: 'приключен', en: 'closed' },
  isRetried: { bg: 'Инцидент {}: регистърът се пита отново.', en: 'Incident {}: the registry is asked again.' },
  isClosed: { bg: 'Инцидент {} е приключен.', en: 'Incident {} is closed.' },
  unknown: {
    bg: 'Няма инцидент {}: вижте edno incident list.',
    en: 'There is no incident {}: see edno incident list.',
  },
  decided: { bg: 'За инцидент {} вече е решено: {}.', en: 'Incident {} was decided on before: {}.' },
  onlyClose: {
    bg: 'Инцидент {}: регистърът не може да бъде питан отново, защото въпросът е приключил или от обмена нищо не се пази. Може само да се приключи: edno incident close {} --reason "..."',
    en: 'Incident {}: the registry cannot be asked again, because the call has ended or nothing is kept of its exchange. It can only be closed: edno incident close {} --reason "..."',
  },
} as const

export async function showIncidents(options: IncidentListOptions): Promise<void> {
  const out = output(options.lang)
  const rows = await beside(settings(), ({ db }) => listIncidents(db, { all: options.all === true }))
  if (options.json === true) out.json({ incidents: rows.map(viewOf) })
  else if (rows.length === 0) out.line(out.text(WORDS.none))
  else for (const row of rows) print(row, out)
}

function print(row: IncidentRow, out: Output): void {
  const state = row.state === 'open' ? '' : ` · ${out.text(WORDS[row.state])}`
  out.line(`${out.strong(`${row.id}`)}  ${row.opened_at.toISOString()}  ${row.call}  ${row.operation}${state}`)
  out.line(out.faint(`    ${fill(out.text(WORDS.of), row.exchange_id, row.consumer, row.service)}`))
  out.line(`    ${fill(out.text(WORDS[row.cause]), row.fault ?? '')}${row.reason === null ? '' : ` · ${row.reason}`}`)
}

const viewOf = (row: IncidentRow) => ({
  id: row.id,
  state: row.state,
  openedAt: row.opened_at.toISOString(),
  exchangeId: row.exchange_id,
  consumer: row.consumer,
  service: row.service,
  call: row.call,
  operation: row.operation,
  cause: row.cause,
  problem: row.fault,
  reason: row.reason,
  outerEnd: row.outer_end?.toISOString() ?? null,
})

/** Beyond the outer end of its exchange a call that is retried has so long. */
const RETRIED_FOR_MS = 3_600_000

/** Lets the call be asked again; true where it is an open incident. */
export const retry = (id: string, options: IncidentActOptions): Promise<boolean> =>
  act(id, options, 'retried', ({ db }, row, done) => {
    const endsAt = new Date(Math.max(row.outer_end?.getTime() ?? 0, done.at.getTime() + RETRIED_FOR_MS))
    return retryIncident(db, done, endsAt, done.entry)
  })

/** Lets the call be late for good. */
export const close = (id: string, options: IncidentActOptions): Promise<boolean> =>
  act(id, options, 'closed', ({ db }, _row, done) => closeIncident(db, done, done.entry))

interface Done {
  readonly id: number
  readonly reason: string
  readonly salt: Uint8Array
  readonly at: Date
  readonly entry: ReturnType<typeof incidentEntry>
}

async function act(
  idText: string,
  { reason, json, lang }: IncidentActOptions,
  change: 'retried' | 'closed',
  write: (rows: Beside, row: IncidentRow, done: Done) => Promise<boolean>,
): Promise<boolean> {
  requireSound(idText, reason)
  const id = Number(idText)
  const out = output(lang)
  const became = await beside(settings(), async (rows) => {
    const row = await findIncident(rows.db, id)
    if (row === undefined) return 'unknown'
    const [at, salt] = [systemClock(), freshSalt()]
    const about = { exchangeId: row.exchange_id, consumer: row.consumer, call: row.call, operation: row.operation }
    const said = { text: reason, salt }
    const entry = incidentEntry(about, { change, cause: row.cause, problem: row.fault ?? undefined, reason: said, at })
    if (await write(rows, row, { id, reason, salt, at, entry })) return 'done'
    return (await findIncident(rows.db, id))?.state ?? 'unknown'
  })
  if (json === true) out.json({ id, [change]: became === 'done' })
  else out.line(sentenceOf(became, change, id, out))
  return became === 'done'
}

const LONGEST_REASON = 1000

function requireSound(idText: string, reason: string): void {
  if (!/^\d{1,15}$/.test(idText)) throw new WrongUsage('an incident is named by its number: edno incident list')
  if (reason.trim() === '' || reason.length > LONGEST_REASON)
    throw new WrongUsage(`--reason says why, in at most ${LONGEST_REASON} characters`)
  if (holdsIdentifier(reason)) throw new WrongUsage('--reason holds what looks like a number of a person or vehicle')
}

type Became = 'done' | 'unknown' | IncidentRow['state']

function sentenceOf(became: Became, change: 'retried' | 'closed', id: number, out: Output): string {
  if (became === 'done') return fill(out.text(WORDS[change === 'retried' ? 'isRetried' : 'isClosed']), id)
  if (became === 'unknown') return fill(out.text(WORDS.unknown), id)
  if (became === 'open') return fill(out.text(WORDS.onlyClose), id, id)
  return fill(out.text(WORDS.decided), id, out.text(WORDS[became]))
}
