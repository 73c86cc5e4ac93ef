import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { AdapterFault, type CallContext } from '../adapter-kit/adapter.ts'
import type { LaterAnswer, PromisedAnswer } from '../adapter-kit/later-answer.ts'
import type { WorkerSource } from './start-thread.ts'
import {
  alone,
  type FromWorker,
  type Lent,
  plainFault,
  type PlainFault,
  type Told,
  type ToWorker,
  type Verified,
  type Wish,
} from './thread-messages.ts'

/** What edno does for a question that is out; without a log nothing is told. */
export type Help = Partial<Pick<CallContext, 'verifyAnswer' | 'later' | 'log'>>

/** A question that is out, which edno may end by a fault of its own. */
export interface Asking {
  readonly help: Help
  readonly reject: (error: unknown) => void
}

const OVER = 'the question is over'

export const lentOf = ({ verifyAnswer, later }: Help): Lent => ({
  ...{ verifies: verifyAnswer !== undefined, later: later !== undefined },
  ...(later?.callbackUrl === undefined ? {} : { callbackUrl: later.callbackUrl }),
})

/** What edno does in its own thread for the questions of another; `LentByEdno` is how they find it there. */
export class LendToThread {
  readonly #verified: MessagePort
  readonly #count: Int32Array
  /** To start the thread with. */
  readonly otherEnd: Pick<WorkerSource, 'verified' | 'count'>

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.#verified = port1
    this.#count = new Int32Array(new SharedArrayBuffer(4))
    this.otherEnd = { verified: port2, count: this.#count }
  }

  /** In this thread: whom edno believes is not for an adapter to say. The other one stands still meanwhile. */
  verify({ number, raw, namespace }: FromWorker & { readonly kind: 'verify' }, asking: Asking | undefined): void {
    const verify = (): Told<Uint8Array> => {
      try {
        if (asking?.help.verifyAnswer === undefined) throw new AdapterFault('timeout', OVER)
        return { value: alone(asking.help.verifyAnswer(raw, namespace)) }
      } catch (error) {
        return { fault: refused(error, asking) }
      }
    }
    this.#verified.postMessage({ number, ...verify() } satisfies Verified)
    Atomics.add(this.#count, 0, 1)
    Atomics.notify(this.#count, 0)
  }

  close(): void {
    this.#verified.close()
  }
}

/** The reply to a wish, which never fails. */
export async function replyTo(wish: Wish, asking: Asking | undefined): Promise<ToWorker & { readonly kind: 'reply' }> {
  const told = async (): Promise<Told<unknown>> => {
    try {
      if (asking?.help.later === undefined) throw new AdapterFault('timeout', OVER)
      return { value: await grant(wish, asking.help.later) }
    } catch (error) {
      return { fault: refused(error, asking) }
    }
  }
  return { kind: 'reply', wish: wish.wish, ...(await told()) }
}

/** What edno keeps of a call, asked for what was wished. */
function grant({ of, argument }: Wish, later: LaterAnswer): Promise<unknown> {
  switch (of) {
    case 'promised':
      return later.promised()
    case 'keep':
      return later.keep(argument as PromisedAnswer)
    case 'pushed':
      return later.pushed(Number(argument)).then((octets) => octets && alone(octets))
    case 'taken':
      return later.taken()
    default:
      return Promise.reject(new AdapterFault('unavailable', 'nothing else can be wished'))
  }
}

/** What is no fault of a registry is edno's own, and the question ends by it as it does in edno's thread. */
function refused(error: unknown, asking: Asking | undefined): PlainFault {
  if (AdapterFault.is(error)) return plainFault(error)
  asking?.reject(error)
  return { kind: 'unavailable', message: 'edno could not do it' }
}
