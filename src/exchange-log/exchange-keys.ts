import type { ExchangePlan } from '../model/exchange.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type ExchangeRow, findExchange } from '../store/exchanges.ts'
import type { PayloadCipher, PayloadKey } from '../store/payload-cipher.ts'
import { getPayload } from '../store/payloads.ts'
import type { Executor } from '../store/tables/tables.ts'
import { commit } from './commitment.ts'

/** The salts of one exchange; made at `open`, so that a crash before `close` loses neither. */
export interface ExchangeSalts {
  readonly request: Uint8Array
  readonly answer: Uint8Array
}

/** What writing about an open exchange takes. */
export interface ExchangeHandle {
  /** Row number of the exchange. */
  readonly exchange: number
  readonly key: PayloadKey
  readonly salts: ExchangeSalts
  /** Base64url; the same in the opening and the closing entry, so that one salt opens both. */
  readonly requestCommit: string
}

/** Where the rows of an exchange are, and the key that its payloads are encrypted with. */
export type ExchangePlace = Pick<ExchangeHandle, 'exchange' | 'key'>

/** Kinds of the payloads that the exchange log keeps. */
export const PAYLOAD = {
  request: 'request',
  plan: 'plan',
  salts: 'salts',
  answer: 'answer',
  /** Kept as long as the salts: it says nothing but that a digest arrived. */
  acknowledgement: 'salts-acknowledgement',
} as const

export const writeSalts = ({ request, answer }: ExchangeSalts): Buffer =>
  Buffer.from(JSON.stringify({ request: base64url(request), answer: base64url(answer) }))

export function readSalts(bytes: Uint8Array): ExchangeSalts {
  const { request, answer } = JSON.parse(Buffer.from(bytes).toString()) as Record<keyof ExchangeSalts, string>
  return { request: Buffer.from(request, 'base64url'), answer: Buffer.from(answer, 'base64url') }
}

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** Undefined where the data key, or the key of its month, was erased: nothing of the exchange can be read any more. */
export async function keyOf(cipher: PayloadCipher, row: ExchangeRow): Promise<PayloadKey | undefined> {
  if (row.data_key === null) return undefined
  if (!(await cipher.load(row.key_id))) return undefined
  const scope = { consumer: row.consumer, exchangeId: row.exchange_id }
  return cipher.openKey(scope, { keyId: row.key_id, wrapped: row.data_key })
}

/**
 * Handles of the exchanges that run in this process, held as long as their plans are; read back from the store for an
 * exchange that another process, or this one before a crash, opened.
 */
export class ExchangeKeys {
  readonly #held = new WeakMap<ExchangePlan, ExchangeHandle>()
  readonly #places = new WeakMap<ExchangePlan, ExchangePlace>()
  readonly #db: Executor
  readonly #cipher: PayloadCipher

  constructor(db: Executor, cipher: PayloadCipher) {
    this.#db = db
    this.#cipher = cipher
  }

  hold(plan: ExchangePlan, handle: ExchangeHandle): void {
    this.#held.set(plan, handle)
  }

  /** Of a plan that was read by the number of its row. */
  holdPlace(plan: ExchangePlan, place: ExchangePlace): void {
    this.#places.set(plan, place)
  }

  /** Enough for the rows of its calls: reads no salts, and no application. */
  async placeOf(plan: ExchangePlan): Promise<ExchangePlace> {
    return this.#places.get(plan) ?? this.of(plan)
  }

  async of(plan: ExchangePlan): Promise<ExchangeHandle> {
    const held = this.#held.get(plan)
    if (held !== undefined) return held
    const handle = await this.#read(plan.consumer, plan.exchangeId)
    this.hold(plan, handle)
    return handle
  }

  async #read(consumer: PartyId, exchangeId: ExchangeId): Promise<ExchangeHandle> {
    const row = await findExchange(this.#db, consumer, exchangeId)
    const key = row && (await keyOf(this.#cipher, row))
    if (row === undefined || key === undefined)
      throw new BrokerError('broker.internal', 'the exchange was never opened, or was erased')
    const [request, salts] = await Promise.all([
      getPayload(this.#db, row.id, key, PAYLOAD.request),
      getPayload(this.#db, row.id, key, PAYLOAD.salts),
    ])
    if (request === undefined || salts === undefined)
      throw new BrokerError('broker.internal', 'payloads of an open exchange are missing')
    const read = readSalts(salts)
    return { exchange: row.id, key, salts: read, requestCommit: base64url(commit(read.request, request)) }
  }
}
