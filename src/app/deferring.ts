import { setTimeout as pause } from 'node:timers/promises'
import { Deferral, type DeferralPorts } from '../dispatch/deferral.ts'
import { createDeferringDispatch } from '../dispatch/fan-out.ts'
import type { DispatchPorts } from '../dispatch/ports.ts'
import type { CallQueue } from '../dispatch/queue/call-queue.ts'
import { sweepQueue } from '../dispatch/queue-sweep.ts'
import { QueuedCalls } from '../dispatch/queued-call.ts'
import { type RegistryPolicies, registryPolicies } from '../dispatch/registry-policy.ts'
import type { ExchangePorts } from '../exchange/ports.ts'
import { complete } from '../exchange/run-exchange.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { Logger } from '../ops/logger.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { wakeQueuedCall } from '../store/promised-answers.ts'
import type { QueuedCallId } from '../store/queued-calls.ts'
import type { Store } from '../store/store.ts'
import { makeSupplement, type SupplementParts } from './make-supplement.ts'

/** What becomes of exchanges that outlive the wait of their callers. */
export interface Deferring {
  readonly fanOut: ExchangePorts['fanOut']
  /** Deferred exchanges that this process is about to close, by the numbers of their rows. */
  readonly ending: () => readonly number[]
  /** From now on this process works on its queues and brings again what was left; `line`: the whole of it. */
  readonly start: (line: ExchangePorts) => void
  /** Works on the queue of a registry that was plugged in. */
  readonly work: (registry: string) => void
  /** A call that waits in the queue is looked after at once: its answer came. */
  readonly wake: (id: QueuedCallId, registry: string) => Promise<void>
  /** Takes no more jobs; questions that are out have `ms` to end, then they are left to others. */
  readonly drain: (ms: number) => Promise<void>
  readonly close: () => Promise<void>
}

export interface DeferringParts extends SupplementParts {
  readonly ports: DispatchPorts
  readonly store: Store
  readonly log: ExchangeLog
  readonly queue: CallQueue
  readonly logger: Logger
  /** Registries that this process asks itself, and whose queues it works on. */
  readonly served: ReadonlySet<string>
  readonly tries: number
  /** Of the catalogue: how many questions of a registry may be out at once. */
  readonly concurrencyOf: (registry: string) => number
  /** Tells registries that answers which they promised are stored. */
  readonly acknowledge: () => Promise<void>
  /** Runs work with a signal that aborts when its exchange is taken back. */
  readonly during: DeferralPorts['during']
}

const SWEEP_EVERY_MS = 2000
/** Workers whose queue is away never end by themselves; closing the queue cuts them off. */
const CLOSING_MS = 2000

export function openDeferring(parts: DeferringParts): Deferring {
  const { ports, store, queue, logger, served } = parts
  const policies = registryPolicies(ports)
  let line: ExchangePorts | undefined
  const deferral = deferralOf(parts, policies, () => line)
  const calls = new QueuedCalls(deferral)
  const sweep = repeatedly(
    () => sweepQueue(deferral, calls),
    (error) => logger.error('the sweep for queued calls failed; it is tried again', {}, error),
  )
  // A registry that hangs holds no queued call up.
  const acknowledging = repeatedly(parts.acknowledge, (error) =>
    logger.error('registries could not be told that answers arrived; it is tried again', {}, error),
  )
  const working = new Set<Promise<void>>()
  const runJob = (id: QueuedCallId): Promise<void> => {
    const run = calls.run(id).finally(() => working.delete(run))
    working.add(run)
    return run
  }
  const failed = (error: unknown): void => logger.error('a queued call failed', {}, error)
  const work = (registry: string): void => queue.work(registry, parts.concurrencyOf(registry), runJob)
  return {
    fanOut: createDeferringDispatch(ports, policies, deferral.later),
    ending: () => [...deferral.ending],
    start: (whole) => {
      line = whole
      for (const registry of served) work(registry)
      sweep.start()
      acknowledging.start()
    },
    work,
    wake: async (id, registry) => {
      await wakeQueuedCall(store.db, id, ports.clock())
      // Whoever works on its queue has it at the next look; here it need not wait for that.
      if (served.has(registry)) runJob(id).catch(failed)
    },
    drain: async (ms) => {
      const swept = Promise.all([sweep.stop(), acknowledging.stop()])
      const ended = queue.stopWorking()
      await Promise.race([ended, pause(ms, undefined, { ref: false })])
      calls.abort()
      await Promise.allSettled([...working, swept, Promise.race([ended, pause(CLOSING_MS, undefined, { ref: false })])])
    },
    close: () => deferral.close(),
  }
}

function deferralOf(
  parts: DeferringParts,
  policies: RegistryPolicies,
  line: () => ExchangePorts | undefined,
): Deferral {
  const { ports, store, log, queue, logger, served, tries, during } = parts
  return new Deferral({
    ...{ ports, policies, store, queue, served, tries, during },
    locate: log.handleOf,
    stored: (exchange) => log.later.stored(exchange),
    claim: (exchange) => log.later.claim(exchange),
    openIncident: (opened, incident) => log.later.openIncident(opened, incident),
    complete: async (opened) => {
      const whole = line()
      if (whole === undefined) throw new BrokerError('broker.internal', 'the line is not whole yet')
      await complete(opened, whole)
    },
    supplement: (id) => makeSupplement(id, parts),
    onError: (message, error) => logger.error(message, {}, error),
  })
}

/** One at a time, the next one a while after the last has ended. */
function repeatedly(work: () => Promise<void>, onError: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let last = Promise.resolve()
  const round = (): void => {
    last = work()
      .catch(onError)
      .then(() => {
        if (!stopped) timer = setTimeout(round, SWEEP_EVERY_MS)
      })
  }
  return {
    start: round,
    stop: (): Promise<void> => {
      stopped = true
      clearTimeout(timer)
      return last
    },
  }
}
