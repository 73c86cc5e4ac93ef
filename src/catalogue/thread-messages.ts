import { AdapterFault, type AdapterFaultKind, type CallContext } from '../adapter-kit/adapter.ts'
import type { Finding, OperationInput } from '../adapter-kit/adapter.ts'
import type { PromisedAnswer } from '../adapter-kit/later-answer.ts'
import { isRecord } from '../schema/json.ts'

/** What goes into the thread of an adapter. */
export type ToWorker =
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly key: string
      readonly input: OperationInput
      readonly context: PlainContext
      readonly lent: Lent
    }
  | {
      readonly kind: 'judge'
      readonly id: number
      readonly key: string
      readonly raw: Uint8Array
      readonly promise: PromisedAnswer
      readonly lent: Lent
    }
  | { readonly kind: 'acknowledge'; readonly id: number; readonly key: string; readonly promise: PromisedAnswer }
  | ({ readonly kind: 'reply'; readonly wish: number } & Told<unknown>)
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' }

/** The facts of a call; its signal and its log are messages of their own, and so is what edno does for it. */
export type PlainContext = Omit<CallContext, 'signal' | 'log' | 'verifyAnswer' | 'later'>

/** What edno does for a call in its own thread, where keys, trust and rows stay. */
export interface Lent {
  readonly verifies: boolean
  readonly later: boolean
  readonly callbackUrl?: string
}

/** What comes out of it. */
export type FromWorker =
  | { readonly kind: 'open'; readonly operations: readonly OpenOperation[] }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'finding'; readonly id: number; readonly finding: Finding }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: PlainFault }
  | Wish
  | {
      readonly kind: 'verify'
      readonly id: number
      readonly number: number
      readonly raw: Uint8Array
      readonly namespace: string | undefined
    }
  | {
      readonly kind: 'log'
      readonly id: number
      readonly level: 'info' | 'warn'
      readonly message: string
      readonly facts: Record<string, string | number>
    }
  | { readonly kind: 'pong' }
  | { readonly kind: 'closed' }

/**
 * Libraries of an adapter may speak through the same port, and an adapter may tell the log what is no text: what is not a message of ours,
 * whole, is passed over. It is taken in edno's own thread, where nothing would hold what it breaks.
 */
export function isFromWorker(message: unknown): message is FromWorker {
  if (!isRecord(message)) return false
  if (message['kind'] === 'open') return Array.isArray(message['operations']) && message['operations'].every(isRecord)
  if (message['kind'] === 'fault') return isRecord(message['fault'])
  if (message['kind'] === 'log') return typeof message['message'] === 'string' && isRecord(message['facts'])
  return true
}

export interface OpenOperation {
  readonly key: string
  /** Its registry may answer later. */
  readonly later: boolean
}

/** What a call wants of what edno keeps of it (`LaterAnswer`). */
export interface Wish {
  readonly kind: 'wish'
  readonly id: number
  readonly wish: number
  readonly of: 'promised' | 'keep' | 'pushed' | 'taken'
  readonly argument: unknown
}

/** A value, or why there is none. */
export type Told<Value> = { readonly value: Value } | { readonly fault: PlainFault }

/**
 * The answer to `verify`. It is waited for without the thread going on: adapters verify before they read anything, by a function
 * that has its result at once. So it comes through a channel of its own, and a number in shared memory says that it is there.
 */
export type Verified = { readonly number: number } & Told<Uint8Array>

/** `defect`: it threw something else than an `AdapterFault`, of which nothing is handed on. */
export interface PlainFault {
  readonly kind: AdapterFaultKind | 'defect'
  readonly message: string
  readonly retryAfterMs?: number
  readonly at?: string
}

export function plainFault(error: unknown): PlainFault {
  if (!AdapterFault.is(error)) return { kind: 'defect', message: `the adapter threw a ${typeof error}` }
  const { kind, message, retryAfterMs, at } = error
  return { kind, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(at === undefined ? {} : { at }) }
}

/** Of what is no `AdapterFault` only that it is none comes out of the thread. */
export function faultOf({ kind, message, retryAfterMs, at }: PlainFault): Error {
  return kind === 'defect' ? new TypeError(message) : new AdapterFault(kind, message, { retryAfterMs, at })
}

/** Messages copy all the memory that lies under some octets, which others' may stand in. */
export const alone = (octets: Uint8Array): Uint8Array => new Uint8Array(octets)
