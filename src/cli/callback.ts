import { nameOf } from '../callbacks/courier.ts'
import { type CallbackView, listCallbacks, reviveCallbacks } from '../store/callbacks.ts'
import { beside } from './beside.ts'
import { fill } from './demo/words.ts'
import { output } from './output.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface CallbackListOptions {
  readonly all?: boolean
  readonly party?: string
  readonly json?: boolean
  readonly lang?: string
}

export type CallbackRetryOptions = Omit<CallbackListOptions, 'all'>

const WORDS = {
  none: { bg: 'Няма такива известия.', en: 'There are no such callbacks.' },
  of: { bg: 'обмен {} на {} · опити: {}', en: 'exchange {} of {} · tries: {}' },
  waiting: { bg: 'чака до {}', en: 'waits until {}' },
  delivered: { bg: 'доставено', en: 'delivered' },
  dead: { bg: 'изоставено', en: 'given up' },
  revived: { bg: 'Опитват се отново: {}.', en: 'Tried again: {}.' },
} as const

/** As many as anybody reads. */
const MOST = 1000

export async function showCallbacks(options: CallbackListOptions): Promise<void> {
  const out = output(options.lang)
  const filter = {
    ...(options.all === true ? {} : { state: 'dead' as const }),
    ...(options.party === undefined ? {} : { consumer: options.party }),
  }
  const rows = await beside(settings(), ({ db }) => listCallbacks(db, filter, MOST))
  if (options.json === true) {
    out.json({ callbacks: rows.map((row) => ({ ...row, message: nameOf(row.message) })) })
    return
  }
  if (rows.length === 0) out.line(out.text(WORDS.none))
  for (const row of rows) {
    const state = fill(out.text(WORDS[row.state]), row.dueAt.toISOString())
    out.line(`${out.strong(nameOf(row.message))}  ${row.createdAt.toISOString()}  ${row.type}  ${state}${faultOf(row)}`)
    out.line(out.faint(`    ${fill(out.text(WORDS.of), row.exchangeId, row.consumer, row.tries)}`))
  }
}

const faultOf = ({ fault }: CallbackView): string => (fault === undefined ? '' : ` · ${fault}`)

const NAME = /^msg_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** True where there was something to try again. */
export async function retryCallbacks(
  id: string | undefined,
  { party, json, lang }: CallbackRetryOptions,
): Promise<boolean> {
  const out = output(lang)
  const which = party === undefined ? { message: messageOf(id) } : { consumer: party }
  if (party !== undefined && id !== undefined) throw new WrongUsage('name one callback, or a party, not both')
  const count = await beside(settings(), ({ db }) => reviveCallbacks(db, which))
  if (json === true) out.json({ retried: count })
  else out.line(fill(out.text(WORDS.revived), count))
  return count > 0
}

function messageOf(id = ''): string {
  const parts = NAME.exec(id)?.slice(1)
  if (parts === undefined) throw new WrongUsage('name a callback (msg_…, as edno callback list does) or a --party')
  return parts.join('-')
}
