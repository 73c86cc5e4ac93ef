import { AdapterFault } from '../adapter-kit/adapter.ts'
import { readPromise } from '../dispatch/promised-answers.ts'
import { operationRef } from '../model/ids.ts'
import { type DueAcknowledgement, endPromise, promiseSecret, takeAcknowledgements } from '../store/promised-answers.ts'
import type { Capabilities } from './ports.ts'

export type Acknowledging = Pick<Capabilities, 'store' | 'log' | 'adapters' | 'clock' | 'logger'> & {
  /** Registries that this process asks. */
  readonly served: ReadonlySet<string>
}

const PATIENCE_MS = 10_000
const FIRST_AGAIN_MS = 30_000

/** Tells registries that the answers they promised are stored; what does not arrive is told again. */
export async function acknowledgePromised(parts: Acknowledging): Promise<void> {
  const now = parts.clock()
  const again = new Date(now.getTime() + FIRST_AGAIN_MS)
  const due = await takeAcknowledgements(parts.store.db, { now, again, registries: [...parts.served] })
  await Promise.all(due.map((each) => acknowledge(each, parts)))
}

async function acknowledge(due: DueAcknowledgement, parts: Acknowledging): Promise<void> {
  const { store, log, adapters, clock, logger } = parts
  const later = adapters.laterOf(operationRef(due.operation))
  const found = await log.later.stored(due.exchange)
  if (later === undefined || found === undefined) return
  const { key } = await log.handleOf(found.opened.plan)
  const promise = readPromise(await promiseSecret(store.db, key, due))
  if (promise === undefined) return
  try {
    await later.acknowledge(promise, AbortSignal.timeout(PATIENCE_MS))
  } catch (error) {
    const kind = AdapterFault.is(error) ? error.kind : 'defect'
    logger.warn('a registry was not told that its answer arrived', { operation: due.operation, kind })
    // It does not know the number any more, and needs no telling.
    if (kind !== 'bad-answer') return
  }
  await endPromise(store.db, due, clock())
}
