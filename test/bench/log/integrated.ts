import { setTimeout as pause } from 'node:timers/promises'
import { entryBytes } from '../../../src/exchange-log/entry.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { statement } from '../../../src/store/statement.ts'
import type { Store } from '../../../src/store/store.ts'
import { aLog } from '../../unit/exchange-log/exchanges.ts'
import { entriesOf } from '../../unit/exchange-log/memory-log.ts'

export interface Integrated {
  readonly entries: number
  readonly perSecond: number
  readonly vkey: string
}

const ENTRIES = 300_000
const PORTION = 3000

/** Entries that wait, as many processes leave them, and one integrator that begins: until the last of them has its place. */
export async function integrated(store: Store, signingKeyPem: string): Promise<Integrated> {
  for (let at = 0; at < ENTRIES; at += PORTION) await append(store, at)
  await statement`vacuum analyze log_entry`.execute(store.db)
  await statement`checkpoint`.execute(store.db)
  const entries = await pending(store)
  const until = (await placed(store)) + entries
  const log = aLog(store, { signingKeyPem })
  const started = performance.now()
  await log.start()
  // The newest head says it for nothing; to look for what waits would be work for the same database.
  while ((await placed(store)) < until) await pause(20)
  const seconds = (performance.now() - started) / 1000
  await log.stop()
  return { entries, perSecond: entries / seconds, vkey: log.vkey }
}

async function append({ db }: Store, from: number): Promise<void> {
  const bytes = Array.from({ length: PORTION / 3 }, (_, i) => entriesOf(new Date(Date.now() + (from + i) / 100)))
    .flat()
    .map(entryBytes)
  await statement`
    insert into log_entry (bytes, leaf_hash, event)
    select * from unnest(${bytes}::bytea[], ${bytes.map((each) => leafHash(each))}::bytea[],
      ${bytes.map(() => 'opened')}::text[])`.execute(db)
}

async function count({ db }: Store, of: ReturnType<typeof statement<{ n: number }>>): Promise<number> {
  const { rows } = await of.execute(db)
  return rows[0]?.n ?? 0
}

const pending = (store: Store): Promise<number> =>
  count(store, statement`select count(*)::integer as n from log_entry where index is null`)

const placed = (store: Store): Promise<number> =>
  count(store, statement`select coalesce(max(size), 0)::integer as n from log_checkpoint`)
