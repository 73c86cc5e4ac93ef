import { registryOf } from '../model/ids.ts'
import { stuckExchanges } from '../store/deferred.ts'
import { freeLeft, runningOfTheDead } from '../store/calls-left-running.ts'
import { endQueuedCalls, expireQueuedCalls, type QueuedCallId, takeUnqueued } from '../store/queued-calls.ts'
import { dueSupplements } from '../store/supplements-due.ts'
import type { Deferral } from './deferral.ts'
import type { QueuedCalls } from './queued-call.ts'
import type { RegistryPolicies } from './registry-policy.ts'

/** A job that was put longer ago and was not taken may be lost; where it is not, the second one does nothing. */
const LOST_AFTER_MS = 10_000
/** Of each registry. */
const MOST_AT_ONCE = 500
const EXCHANGES_AT_ONCE = 50

/**
 * Brings everything again that would else stay: calls of processes that died, calls without a job, exchanges that wait for
 * nothing, supplements that are not signed. Any number of processes may do this at once.
 */
export async function sweepQueue(deferral: Deferral, calls: QueuedCalls): Promise<void> {
  const { store, ports } = deferral.parts
  const now = ports.clock()
  await takeLeftovers(deferral, calls, now)
  const before = new Date(now.getTime() - LOST_AFTER_MS)
  const resting = await restingRegistries(deferral.parts.policies)
  await deferral.enqueue(await takeUnqueued(store.db, { now, before, limit: MOST_AT_ONCE, resting }))
  await expireQueuedCalls(store.db, now)
  const { aside } = deferral
  const some = () => ({ limit: EXCHANGES_AT_ONCE, without: aside.keys })
  const goesOn = (): boolean => !calls.isStopped
  await forEach({ look: () => stuckExchanges(store.db, now, some()), goesOn }, (exchange) => {
    aside.add(exchange)
    return attempt(deferral, 'a deferred exchange could not be ended; it is tried again', () =>
      deferral.advance(exchange).then(() => undefined),
    )
  })
  await forEach({ look: () => dueSupplements(store.db, some()), goesOn }, (id) => {
    aside.add(id.exchange)
    return attempt(deferral, 'a supplement could not be signed; it is tried again', () => deferral.parts.supplement(id))
  })
}

/** Each takes connections of the store, and a signature. */
const WORKED_ON_AT_ONCE = 8

interface Found<Item> {
  /** Without those that were worked on. */
  readonly look: () => Promise<readonly Item[]>
  readonly goesOn: () => boolean
}

/** The rest of the sweep has its turn after so many looks. */
const LOOKS = 20

/** A few at a time until none is left: outer ends of thousands may come in one minute. */
async function forEach<Item>({ look, goesOn }: Found<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  for (let looks = 0; looks < LOOKS && goesOn(); looks += 1) {
    const items = await look()
    if (items.length === 0) return
    for (let at = 0; at < items.length && goesOn(); at += WORKED_ON_AT_ONCE)
      await Promise.all(items.slice(at, at + WORKED_ON_AT_ONCE).map(work))
  }
}

/** Taken for dead, or out of service: their calls wait without a job. */
async function restingRegistries(policies: RegistryPolicies): Promise<readonly string[]> {
  const ofEach = new Map([...policies].map(([operation, policy]) => [registryOf(operation), policy]))
  const looked = await Promise.all(
    [...ofEach].map(async ([registry, { rests }]) => ((await rests()) ? [registry] : [])),
  )
  return looked.flat()
}

async function takeLeftovers(deferral: Deferral, calls: QueuedCalls, now: Date): Promise<void> {
  const { store } = deferral.parts
  const noted = await runningOfTheDead(store.db, store.owner)
  // Looked at after the rows: what this process claims, it names here first.
  const own = new Set(calls.running.map(({ exchange, call }) => `${exchange} ${call}`))
  const left = noted.filter(({ exchange, call }) => !own.has(`${exchange} ${call}`))
  const free = left.filter(({ interrupted }) => !interrupted)
  if (free.length > 0) await freeLeft(store.db, free, now)
  for (const each of left.filter(({ interrupted }) => interrupted))
    await attempt(deferral, 'an interrupted call could not be made an incident; it is tried again', () =>
      interrupt(deferral, each),
    )
}

async function interrupt(deferral: Deferral, { exchange, call }: QueuedCallId): Promise<void> {
  const { store, stored, openIncident } = deferral.parts
  const found = await stored(exchange)
  const planned = found?.opened.plan.calls.find(({ name }) => name === call.split('.')[0])
  // Nothing of it is kept any more: nobody could decide on it.
  if (found === undefined || planned === undefined) return endQueuedCalls(store.db, exchange, [call])
  const { operation, idempotent } = planned
  await openIncident(found.opened, { call, operation, cause: 'interrupted', fault: 'provider.timeout', idempotent })
  await deferral.tellEnded({ exchange, call })
}

/** One that fails holds no other up. */
async function attempt(deferral: Deferral, message: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    deferral.parts.onError(message, error)
  }
}
