import { createHash } from 'node:crypto'
import type { AnswerStatus, OpenedExchange, RunningExchange } from '../model/exchange.ts'
import { exchangeId, type ExchangeId, operationRef, type PartyId, partyId, registryOf } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { classOf } from '../model/retention.ts'
import type { SignedSupplement } from '../model/supplement.ts'
import { claimDeferred, deferExchange, exchangeRow, exchangeWithPlan } from '../store/deferred.ts'
import { type ExchangeRow, findExchange } from '../store/exchanges.ts'
import { giveHint } from '../store/hints.ts'
import { openIncident } from '../store/incidents.ts'
import { getPayload } from '../store/payloads.ts'
import { type QueuedCallId } from '../store/queued-calls.ts'
import { owesSupplement } from '../store/supplements-due.ts'
import type { Store } from '../store/store.ts'
import { insertSupplement, supplementsOf } from '../store/supplements.ts'
import type { IncidentCause } from '../store/tables/incident.ts'
import { commit, freshSalt } from './commitment.ts'
import { loggedOutcome } from './entry.ts'
import { base64url, type ExchangeKeys, keyOf, PAYLOAD } from './exchange-keys.ts'
import { incidentEntry, lateEntry } from './later-entries.ts'
import { readOpened } from './recover.ts'

export interface LaterParts {
  readonly store: Store
  readonly clock: () => Date
  readonly keys: ExchangeKeys
  /** There is something to integrate. */
  readonly wake: () => void
}

export interface AnswerLeft {
  readonly status: AnswerStatus
  readonly digest: string
}

/** An exchange as the queue finds it. */
export interface StoredExchange {
  readonly state: ExchangeRow['state']
  readonly opened: OpenedExchange
}

export interface IncidentToOpen {
  readonly call: string
  readonly operation: string
  readonly cause: IncidentCause
  readonly fault?: string
  readonly idempotent: boolean
}

/** What happens to exchanges after their deadline; each with its entry. */
export class LaterRecords {
  readonly #parts: LaterParts

  constructor(parts: LaterParts) {
    this.#parts = parts
  }

  /** The exchange belongs to the queue from now on. */
  async defer({ plan }: OpenedExchange): Promise<RunningExchange> {
    const { store, keys, clock } = this.#parts
    const { exchange } = await keys.placeOf(plan)
    await deferExchange(store.db, exchange, clock())
    await giveHint(store.db, { kind: 'exchange', exchange }).catch(() => undefined)
    const { consumer, exchangeId: id, outerEnd = plan.deadline } = plan
    return { stage: 'running', exchangeId: id, consumer, deferred: true, outerEnd }
  }

  /** Of several processes that would end a deferred exchange one gets it. */
  claim(exchange: number): Promise<boolean> {
    return claimDeferred(this.#parts.store.db, exchange, this.#parts.store.owner)
  }

  /** Undefined where nothing of it can be read any more. */
  async stored(exchange: number): Promise<StoredExchange | undefined> {
    const { store, clock, keys } = this.#parts
    const row = await exchangeWithPlan(store.db, exchange)
    if (row === undefined || row.data_key === null) return undefined
    if (row.expires_at !== null && row.expires_at <= clock()) return undefined
    return { state: row.state, opened: await readOpened(store, keys, row) }
  }

  /** @returns false where the call has ended, or is an incident already. */
  async openIncident({ plan }: Pick<OpenedExchange, 'plan'>, incident: IncidentToOpen): Promise<boolean> {
    const { store, keys, clock, wake } = this.#parts
    const { exchange } = await keys.placeOf(plan)
    const { call, cause, fault, idempotent } = incident
    const operation = operationRef(incident.operation)
    const at = clock()
    const entry = incidentEntry(
      { exchangeId: plan.exchangeId, consumer: plan.consumer, call, operation },
      { change: 'opened', cause, problem: fault, at },
    )
    const id = await openIncident(
      store.db,
      {
        ...{ exchange, call, operation, cause, idempotent, at },
        registry: registryOf(operation),
        ...(fault === undefined ? {} : { fault }),
        endsAt: new Date(plan.outerEnd ?? plan.deadline),
      },
      entry,
    )
    if (id !== undefined) wake()
    return id !== undefined
  }

  /** The answer that left, by its SHA-256; undefined where it is no longer kept, or was never made. */
  async answerLeft({ plan }: OpenedExchange): Promise<AnswerLeft | undefined> {
    const { exchange, key } = await this.#parts.keys.placeOf(plan)
    const status = (await exchangeRow(this.#parts.store.db, exchange))?.status
    const bytes = await getPayload(this.#parts.store.db, exchange, key, PAYLOAD.answer)
    if (bytes === undefined || status === undefined || status === null) return undefined
    return { status: status as AnswerStatus, digest: createHash('sha256').update(bytes).digest('base64') }
  }

  owesSupplement(id: QueuedCallId): Promise<boolean> {
    return owesSupplement(this.#parts.store.db, id)
  }

  /** Durable with the entry that commits to it. @returns false where there is one already. */
  async supplement(
    { plan }: OpenedExchange,
    { call, operation, outcome, received }: Pick<CallOutcome, 'call' | 'operation' | 'outcome' | 'received'>,
    signed: { readonly bytes: Uint8Array; readonly mediaType: string; readonly issuedAt: Date },
  ): Promise<boolean> {
    const { store, keys, wake } = this.#parts
    const { exchange, key } = await keys.placeOf(plan)
    const salt = freshSalt()
    const supplementCommit = base64url(commit(salt, signed.bytes))
    const entry = lateEntry(
      { exchangeId: plan.exchangeId, consumer: plan.consumer, call, operation },
      {
        ...{ outcome: loggedOutcome(outcome), supplementCommit, at: signed.issuedAt },
        ...(received === undefined ? {} : { received: received.commit }),
      },
    )
    const supplement = { exchange, call, ...signed, salt, retentionClass: classOf(plan) }
    const made = await insertSupplement(store.db, key, supplement, entry)
    if (!made) return false
    wake()
    await giveHint(store.db, { kind: 'exchange', exchange }).catch(() => undefined)
    return true
  }

  /** Undefined where this consumer has no such exchange; none where their time is over. */
  async supplementsOf(consumer: PartyId, id: ExchangeId): Promise<readonly SignedSupplement[] | undefined> {
    const { store, clock } = this.#parts
    const row = await findExchange(store.db, consumer, id)
    if (row === undefined) return undefined
    const key = await keyOf(store.cipher, row)
    if (key === undefined || (row.expires_at !== null && row.expires_at <= clock())) return []
    const found = await supplementsOf(store.db, row.id, key)
    return found.map(({ issuedAt, ...supplement }) => ({ ...supplement, issuedAt: issuedAt.toISOString() }))
  }
}

/** An exchange that is not answered, as its row says. */
export const runningOf = (row: ExchangeRow): RunningExchange => ({
  stage: 'running',
  exchangeId: exchangeId(row.exchange_id),
  consumer: partyId(row.consumer),
  deferred: row.deferred_at !== null,
  outerEnd: (row.outer_end ?? row.deadline).toISOString(),
})
