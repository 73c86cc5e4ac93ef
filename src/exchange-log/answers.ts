import type { AnswerStatus, ClosedExchange, RunningExchange } from '../model/exchange.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type ExchangeRow, findExchange } from '../store/exchanges.ts'
import { getPayload } from '../store/payloads.ts'
import type { Store } from '../store/store.ts'
import { Arrivals } from './arrivals.ts'
import { keyOf, PAYLOAD } from './exchange-keys.ts'
import { runningOf } from './later.ts'
import { exchangeKey } from './receipts.ts'

/** How long after its deadline an exchange is still waited for: assembling, signing, a sweep after a crash. */
const MARGIN_MS = 5000
/** For exchanges that another process closes. */
const POLL_MS = 250

/** The one answer of an exchange: stored, or awaited while it runs. */
export class Answers {
  readonly #store: Store
  readonly #clock: () => Date
  readonly #arrivals = new Arrivals<string, ClosedExchange>()

  constructor(store: Store, clock: () => Date) {
    this.#store = store
    this.#clock = clock
  }

  /** An exchange of this process was closed. */
  closed(exchange: ClosedExchange): void {
    this.#arrivals.announce(exchangeKey(exchange.consumer, exchange.exchangeId), exchange)
  }

  /**
   * Waits for an exchange that runs, and tells of one that is deferred. Undefined where this consumer has no such exchange.
   *
   * @throws BrokerError `exchange.expired` where the answer is no longer kept, `broker.signing` where none came in time: the
   * exchange is open still, and gets its answer.
   */
  async exchangeOf(consumer: PartyId, id: ExchangeId): Promise<ClosedExchange | RunningExchange | undefined> {
    let endsAt: number | undefined
    for (;;) {
      // Before the look into the store, so that a closing between the two is not missed.
      const arrival = this.#arrivals.wait(exchangeKey(consumer, id), POLL_MS)
      const row = await findExchange(this.#store.db, consumer, id)
      if (row === undefined) return undefined
      if (row.state === 'closed') return this.stored(row, consumer, id)
      if (row.deferred_at !== null && row.cancelled_at === null) return runningOf(row)
      endsAt ??= performance.now() + this.#patienceFor(row)
      const closed = await arrival
      if (closed !== undefined) return closed
      if (performance.now() > endsAt) throw new BrokerError('broker.signing', 'the exchange did not end in its time')
    }
  }

  /** One that is completed after a crash has its whole time again. */
  #patienceFor({ deadline, received_at }: ExchangeRow): number {
    const left = deadline.getTime() - this.#clock().getTime()
    return (left > 0 ? left : deadline.getTime() - received_at.getTime()) + MARGIN_MS
  }

  /** The stored answer of a closed exchange. */
  async stored(row: ExchangeRow, consumer: PartyId, exchangeId: ExchangeId): Promise<ClosedExchange> {
    const key = await keyOf(this.#store.cipher, row)
    const over = row.expires_at !== null && row.expires_at <= this.#clock()
    const bytes = over || key === undefined ? undefined : await getPayload(this.#store.db, row.id, key, PAYLOAD.answer)
    if (bytes === undefined) throw new BrokerError('exchange.expired', 'the time for which the answer is kept is over')
    return {
      stage: 'closed',
      exchangeId,
      consumer,
      status: row.status as AnswerStatus,
      bytes,
      mediaType: row.media_type ?? 'application/octet-stream',
    }
  }
}
