import { setTimeout as pause } from 'node:timers/promises'
import type { PromisedAnswer } from '../adapter-kit/later-answer.ts'
import { isSourceReference } from '../adapter-kit/provenance-text.ts'
import { AdapterFault } from '../adapter-kit/adapter.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import { classOf } from '../model/retention.ts'
import { insertPromise, promiseSecret, pushedAnswer, takePromise } from '../store/promised-answers.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { DispatchPorts } from './ports.ts'
import type { StoredExchange } from './rows.ts'

export interface PromisedAnswersParts {
  readonly db: Executor
  readonly locate: (plan: ExchangePlan) => Promise<StoredExchange>
  readonly clock: () => Date
  /** Where a registry may send its answers of itself. */
  readonly callbackUrlOf: (registry: string) => string | undefined
}

/** Nobody waits longer than this for an answer that has been pushed to another process. */
const LOOK_EVERY_MS = 200

/** What registries promised, on the store: it outlives the process that asked. */
export function promisedAnswers(parts: PromisedAnswersParts): NonNullable<DispatchPorts['laterAnswer']> {
  const { db, locate, clock } = parts
  return (plan, { name: call, planned: { operation } }, signal) => {
    const registry = registryOf(operation)
    const callbackUrl = parts.callbackUrlOf(registry)
    const pushed = async (): Promise<Uint8Array | undefined> => {
      const { exchange, key } = await locate(plan)
      return pushedAnswer(db, key, { exchange, call })
    }
    return {
      promised: async () => {
        const { exchange, key } = await locate(plan)
        return readPromise(await promiseSecret(db, key, { exchange, call }))
      },
      keep: async (promise) => {
        if (!isSourceReference(promise.reference))
          throw new AdapterFault('bad-answer', 'the number that the registry gave is none')
        const { exchange, key } = await locate(plan)
        const { reference } = promise
        const row = { exchange, call, registry, operation, reference, promisedAt: clock() }
        await insertPromise(db, key, {
          ...row,
          retentionClass: classOf(plan),
          secret: Buffer.from(JSON.stringify(promise)),
        })
      },
      pushed: async (waitMs) => {
        const until = performance.now() + waitMs
        for (;;) {
          const bytes = await pushed()
          const left = until - performance.now()
          if (bytes !== undefined || left <= 0 || signal.aborted) return bytes
          await pause(Math.min(left, LOOK_EVERY_MS), undefined, { signal }).catch(() => undefined)
        }
      },
      taken: async () => {
        const { exchange } = await locate(plan)
        await takePromise(db, { exchange, call }, clock())
      },
      ...(callbackUrl === undefined ? {} : { callbackUrl }),
    }
  }
}

/** As it was kept. */
export const readPromise = (secret: Uint8Array | undefined): PromisedAnswer | undefined =>
  secret === undefined ? undefined : (JSON.parse(Buffer.from(secret).toString('utf8')) as PromisedAnswer)
