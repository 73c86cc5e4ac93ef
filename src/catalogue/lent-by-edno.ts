import { receiveMessageOnPort } from 'node:worker_threads'
import { AdapterFault, type CallContext } from '../adapter-kit/adapter.ts'
import type { PromisedAnswer } from '../adapter-kit/later-answer.ts'
import type { WorkerSource } from './start-thread.ts'
import {
  alone,
  faultOf,
  type FromWorker,
  type Lent,
  type ToWorker,
  type Verified,
  type Wish,
} from './thread-messages.ts'

/** Less than a silence for which edno takes a thread for one that hangs. */
const VERIFYING_MS = 1500

interface Wished {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What edno does for the calls of this thread, as they find it in their context. */
export class LentByEdno {
  readonly #send: (message: FromWorker) => void
  readonly #source: Pick<WorkerSource, 'verified' | 'count'>
  readonly #wished = new Map<number, Wished>()
  #next = 0

  constructor(source: Pick<WorkerSource, 'verified' | 'count'>, send: (message: FromWorker) => void) {
    this.#source = source
    this.#send = send
  }

  contextOf(id: number, { verifies, later, callbackUrl }: Lent): Pick<CallContext, 'verifyAnswer' | 'later'> {
    return {
      ...(verifies ? { verifyAnswer: (raw, namespace) => this.#verify(id, raw, namespace) } : {}),
      ...(later ? { later: { ...this.#later(id), ...(callbackUrl === undefined ? {} : { callbackUrl }) } } : {}),
    }
  }

  #later(id: number): NonNullable<CallContext['later']> {
    const wish = (of: Wish['of'], argument?: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const number = this.#next++
        this.#wished.set(number, { resolve, reject })
        this.#send({ kind: 'wish', id, wish: number, of, argument })
      })
    return {
      promised: () => wish('promised') as Promise<PromisedAnswer | undefined>,
      keep: (promise) => wish('keep', promise) as Promise<void>,
      pushed: (waitMs) => wish('pushed', waitMs) as Promise<Uint8Array | undefined>,
      taken: () => wish('taken') as Promise<void>,
    }
  }

  reply(told: Extract<ToWorker, { kind: 'reply' }>): void {
    const wished = this.#wished.get(told.wish)
    this.#wished.delete(told.wish)
    if ('fault' in told) wished?.reject(faultOf(told.fault))
    else wished?.resolve(told.value)
  }

  /** Stands still until edno has verified: whoever calls it reads what comes back, and nothing before. */
  #verify(id: number, raw: Uint8Array, namespace: string | undefined): Uint8Array {
    const number = this.#next++
    this.#send({ kind: 'verify', id, number, raw: alone(raw), namespace })
    const told = this.#await(number)
    if ('fault' in told) throw faultOf(told.fault)
    return told.value
  }

  /** One that came too late for an earlier question is passed over. */
  #await(number: number): Verified {
    const { verified, count } = this.#source
    const until = Date.now() + VERIFYING_MS
    for (;;) {
      const seen = Atomics.load(count, 0)
      const came = receiveMessageOnPort(verified)?.message as Verified | undefined
      if (came?.number === number) return came
      if (came !== undefined) continue
      const left = until - Date.now()
      if (left <= 0) throw new AdapterFault('unavailable', `edno did not verify the answer within ${VERIFYING_MS} ms`)
      Atomics.wait(count, 0, seen, left)
    }
  }
}
