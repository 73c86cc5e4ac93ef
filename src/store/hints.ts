import type pg from 'pg'
import { openSession } from './session.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Something happened to this row; ids only. A hint may be lost: whoever waits looks at the rows now and then. */
export type Hint =
  | { readonly kind: 'call'; readonly exchange: number; readonly call: string }
  | { readonly kind: 'exchange'; readonly exchange: number }

/** The one connection by which this process hears of what others did. */
export interface Hints {
  /** @returns how to stop hearing. */
  readonly hear: (listener: (hint: Hint) => void) => () => void
  readonly close: () => Promise<void>
}

const CHANNEL = 'edno_hint'
const AGAIN_AFTER_MS = 1000
const ANSWERS_WITHIN_MS = 3000

/**
 * Listens from the first listener on; a connection that is lost is opened again. Never fails: hints are a courtesy.
 */
export function listenForHints(databaseUrl: string): Hints {
  const listeners = new Set<(hint: Hint) => void>()
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let begun = false
  const again = (): void => {
    if (closed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      connect()
    }, AGAIN_AFTER_MS).unref()
  }
  const connect = (): void => {
    const next = openSession({ databaseUrl, name: 'edno hints', answersWithinMs: ANSWERS_WITHIN_MS })
    next.once('end', again)
    next.on('notification', ({ payload }) => {
      const hint = readHint(payload ?? '')
      if (hint !== undefined) for (const listener of listeners) listener(hint)
    })
    client = next
    next
      .connect()
      .then(() => next.query(`listen ${CHANNEL}`))
      .catch(again)
  }
  return {
    hear: (listener) => {
      if (!begun && !closed) connect()
      begun = true
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

/** Not durable, and so without a wait for the disk; what it hints at is durable before. */
export async function giveHint(db: Executor, hint: Hint): Promise<void> {
  const text = hint.kind === 'call' ? `call ${hint.exchange} ${hint.call}` : `exchange ${hint.exchange}`
  await statement`
    select pg_notify('edno_hint', ${text}::text), set_config('synchronous_commit', 'off', true)`.execute(db)
}

export function readHint(text: string): Hint | undefined {
  const [kind, number = '', call = ''] = text.split(' ')
  const exchange = Number(number)
  if (!/^\d{1,16}$/.test(number)) return undefined
  if (kind === 'exchange') return { kind, exchange }
  return kind === 'call' && call !== '' ? { kind, exchange, call } : undefined
}
