import type { ExchangeId } from '../model/ids.ts'
import { appendLogEntry } from '../store/log-entries.ts'
import { monthOf } from '../store/month-keys.ts'
import {
  countRetained,
  type DueExchange,
  dueExchanges,
  exchangesWithDueContent,
  holdExchange,
  releaseExchange,
  type RetainedCounts,
  retainedExchanges,
  type RetainedExchange,
  shredMonthKeys,
  wipeContent,
  wipeExchanges,
} from '../store/retention.ts'
import { forgetRevocationProofs } from '../store/revocation-proofs.ts'
import type { Executor } from '../store/tables/tables.ts'
import { type Counts, entryBytes, type ErasedEntry, type RetentionEntry } from './entry.ts'
import { leafHash } from './merkle.ts'

/** Everything that writes does so in one transaction with its entry. */
export type Transact = <T>(work: (tx: Executor) => Promise<T>) => Promise<T>

/** Of one transaction: within the time of a statement. */
const AT_ONCE = 500

/** How much there was of some exchanges, and is. */
interface Deleted {
  readonly before: Counts
  readonly after: Counts
}

/** What was deleted, in figures. */
export interface Deletion extends Deleted {
  /** Keys of months that were shredded. */
  readonly keys: readonly string[]
}

export interface RetentionRun extends Deletion {
  /** The same by retention class. */
  readonly classes: Readonly<Record<string, Deleted>>
}

/** What is due, in all and by retention class. */
export interface RetentionPreview {
  readonly before: Counts
  readonly classes: Readonly<Record<string, Counts>>
}

const write = (tx: Executor, entry: ErasedEntry | RetentionEntry, exchange?: number): Promise<number> => {
  const bytes = entryBytes(entry)
  const about = exchange === undefined ? {} : { exchange }
  return appendLogEntry(tx, { bytes, leafHash: leafHash(bytes), event: entry.event, ...about })
}

const counts = (of: RetainedCounts): Counts => ({ ...of })

const sum = (one: Counts, other: Counts): Counts =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [
      name,
      (one[name] ?? 0) + (other[name] ?? 0),
    ]),
  )

const entryAt = (at: Date) => ({ v: 1, time: at.toISOString() }) as const

/**
 * Deletes everything that is kept of exchanges whose time was over before `due`: a batch and the entry that counts it, at
 * a time. Then the keys of months that are over and empty. What is held is left.
 */
export async function runRetention(transact: Transact, due: Date, at: Date): Promise<RetentionRun> {
  const classes = new Map<string, Deleted>()
  for (;;) {
    const batch = await transact((tx) => runBatch(tx, due, at))
    if (batch.length === 0) break
    for (const [name, deleted] of batch) classes.set(name, both(classes.get(name) ?? NOTHING, deleted))
  }
  const keys = await transact(async (tx) => {
    const shredded = await shredMonthKeys(tx, monthOf(at), at)
    if (shredded.length > 0)
      await write(tx, { ...entryAt(at), event: 'retention', change: 'run', due: due.toISOString(), keys: shredded })
    await forgetRevocationProofs(tx, at)
    return shredded
  })
  return { ...[...classes.values()].reduce(both, NOTHING), classes: Object.fromEntries(classes), keys }
}

const NOTHING: Deleted = { before: {}, after: {} }

const both = (one: Deleted, other: Deleted): Deleted => ({
  before: sum(one.before, other.before),
  after: sum(one.after, other.after),
})

async function runBatch(tx: Executor, due: Date, at: Date): Promise<readonly (readonly [string, Deleted])[]> {
  const gone: [string, Deleted][] = []
  for (const [retentionClass, exchanges] of byClass(await dueExchanges(tx, due, AT_ONCE))) {
    const before = counts(await countRetained(tx, exchanges))
    await wipeExchanges(tx, exchanges)
    const after = counts(await countRetained(tx, exchanges))
    const entry = { due: due.toISOString(), retentionClass, before, after }
    await write(tx, { ...entryAt(at), event: 'retention', change: 'run', ...entry })
    gone.push([retentionClass, { before, after }])
  }
  return gone
}

/** Each class has an entry of its own. */
function byClass(due: readonly DueExchange[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (const { id, retentionClass } of due) {
    const before = found.get(retentionClass)
    if (before === undefined) found.set(retentionClass, [id])
    else before.push(id)
  }
  return found
}

/** What `runRetention` would delete. */
export async function previewRetention(transact: Transact, due: Date): Promise<RetentionPreview> {
  return transact(async (tx) => {
    const exchanges = await dueExchanges(tx, due, Number.MAX_SAFE_INTEGER)
    const classes: [string, Counts][] = []
    for (const [name, ids] of byClass(exchanges)) classes.push([name, counts(await countRetained(tx, ids))])
    const ids = exchanges.map(({ id }) => id)
    return { before: counts(await countRetained(tx, ids)), classes: Object.fromEntries(classes) }
  })
}

/** Content whose time is over, in edno's own time; gives how many payloads. What opens commitments stays for a run. */
export async function expireContent(transact: Transact, now: Date): Promise<number> {
  let all = 0
  for (;;) {
    const gone = await transact(async (tx) => {
      const due = await exchangesWithDueContent(tx, now, AT_ONCE)
      if (due.length === 0) return undefined
      let deleted = 0
      for (const [retentionClass, exchanges] of byClass(due)) {
        const before = counts(await countRetained(tx, exchanges))
        deleted += await wipeContent(tx, exchanges)
        const after = counts(await countRetained(tx, exchanges))
        const entry = { due: now.toISOString(), retentionClass, before, after }
        await write(tx, { ...entryAt(now), event: 'retention', change: 'expired', ...entry })
      }
      return deleted
    })
    if (gone === undefined) break
    all += gone
  }
  await transact((tx) => forgetRevocationProofs(tx, now))
  return all
}

/** Why nothing was done. */
export type RetentionRefusal = 'unknown' | 'ambiguous' | 'running' | 'erased' | 'held' | 'not-held'

export interface RetentionOrder {
  readonly exchangeId: ExchangeId
  /** Whose exchange it is, where several consumers used the id. */
  readonly consumer?: string
  /** On whose order and by which law; never about a person. */
  readonly basis: string
  readonly at: Date
}

/** Shreds the key of an exchange and deletes what it encrypted, and whatever else stands about it. */
export const eraseExchange = (transact: Transact, order: RetentionOrder): Promise<Deletion | RetentionRefusal> =>
  onOne(transact, order, async (tx, { id, consumer, exchangeId, running, kept, held }) => {
    if (running) return 'running'
    if (held) return 'held'
    if (!kept) return 'erased'
    const before = counts(await countRetained(tx, [id]))
    await wipeExchanges(tx, [id])
    const after = counts(await countRetained(tx, [id]))
    const { basis, at } = order
    await forgetRevocationProofs(tx, at)
    await write(tx, { ...entryAt(at), event: 'erased', exchangeId, consumer, basis, before, after }, id)
    return { before, after, keys: [] }
  })

/** Nothing of the exchange is deleted until it is released. */
export const hold = (transact: Transact, order: RetentionOrder): Promise<'done' | RetentionRefusal> =>
  onOne(transact, order, async (tx, { id, consumer, exchangeId, kept, held }) => {
    if (held) return 'held'
    if (!kept) return 'erased'
    const { basis, at } = order
    await holdExchange(tx, id, basis, at)
    await write(tx, { ...entryAt(at), event: 'retention', change: 'held', exchangeId, consumer, basis }, id)
    return 'done'
  })

export const release = (transact: Transact, order: RetentionOrder): Promise<'done' | RetentionRefusal> =>
  onOne(transact, order, async (tx, { id, consumer, exchangeId, held }) => {
    if (!held) return 'not-held'
    const { basis, at } = order
    await releaseExchange(tx, id)
    await write(tx, { ...entryAt(at), event: 'retention', change: 'released', exchangeId, consumer, basis }, id)
    return 'done'
  })

const onOne = <T>(
  transact: Transact,
  { exchangeId, consumer }: RetentionOrder,
  work: (tx: Executor, exchange: RetainedExchange) => Promise<T | RetentionRefusal>,
): Promise<T | RetentionRefusal> =>
  transact(async (tx) => {
    const [found, ...others] = await retainedExchanges(tx, exchangeId, consumer)
    if (found === undefined) return 'unknown'
    return others.length > 0 ? 'ambiguous' : work(tx, found)
  })
