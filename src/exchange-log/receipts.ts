import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { findExchange, type ExchangeRow } from '../store/exchanges.ts'
import { logEntriesByExchange, logIndicesOf } from '../store/log-entries.ts'
import { getPayload } from '../store/payloads.ts'
import type { Store } from '../store/store.ts'
import { Arrivals } from './arrivals.ts'
import { base64url, keyOf, PAYLOAD, readSalts } from './exchange-keys.ts'
import type { Integrator, Place } from './integrator.ts'
import { LogFault } from './log-fault.ts'
import { inclusionNodes, inclusionProof, leafHash } from './merkle.ts'
import { verifyInclusion } from './merkle-verify.ts'
import type { Receipt } from './receipt.ts'
import { writeTlogProof } from './tlog-proof.ts'

/** A closing entry as a receipt needs it. */
export interface ClosingEntry {
  /** Row number of the entry. */
  readonly id: number
  readonly bytes: Uint8Array
  readonly salts: Receipt['salts']
}

/** Closing entries of this process that are kept in memory, so that a fresh receipt costs no query. */
const HELD = 2000
/** Not for longer: salts that are erased must not live on here. */
const HELD_MS = 10_000

export interface Held extends ClosingEntry {
  index: number | undefined
  /** Of the clock that never goes back. */
  readonly until: number
}

export const exchangeKey = (consumer: string, id: string): string => `${consumer}/${id}`

/** Proofs that closing entries stand in the log. */
export class Receipts {
  readonly #store: Store
  readonly #integrator: () => Integrator
  readonly #held = new Map<string, Held>()
  readonly #heldById = new Map<number, Held>()
  /** Held entries whose index is not known yet. */
  readonly #unplaced = new Set<number>()
  /** Indices of entries not held: a batch may take an entry between its commit and the moment it is held. */
  readonly #early = new Map<number, number>()
  readonly #indices = new Arrivals<number, number>()
  #isTimed = false

  readonly #heldMs: number

  constructor(store: Store, integrator: () => Integrator, heldMs = HELD_MS) {
    this.#store = store
    this.#integrator = integrator
    this.#heldMs = heldMs
  }

  hold(consumer: PartyId, id: ExchangeId, entry: ClosingEntry): void {
    const held = { ...entry, index: this.#early.get(entry.id), until: performance.now() + this.#heldMs }
    const key = exchangeKey(consumer, id)
    this.#held.delete(key)
    this.#held.set(key, held)
    this.#heldById.set(entry.id, held)
    if (held.index === undefined) this.#unplaced.add(entry.id)
    const [oldest] = this.#held
    if (this.#held.size > HELD && oldest !== undefined) this.#drop(...oldest)
    if (!this.#isTimed) this.#dropOldIn(this.#heldMs)
  }

  /** Those whose time is over, but for what is not in the log yet: somebody may still wait for that. */
  #dropOld(): void {
    const now = performance.now()
    for (const [key, held] of this.#held) {
      if (held.until > now) break
      if (held.index !== undefined) this.#drop(key, held)
    }
    this.#isTimed = false
    if (this.#held.size > 0) this.#dropOldIn(this.#heldMs / 10)
  }

  #dropOldIn(ms: number): void {
    this.#isTimed = true
    setTimeout(() => this.#dropOld(), ms).unref()
  }

  #drop(key: string, { id }: Held): void {
    this.#held.delete(key)
    this.#heldById.delete(id)
    this.#unplaced.delete(id)
  }

  /** A batch is done; where another process may have integrated an entry that is waited for, the store is asked. */
  integrated(places: readonly Place[], elsewhere: boolean): void {
    for (const { id, index } of places) this.#place(id, index)
    if (elsewhere) void this.#look([...this.#unplaced])
  }

  #place(id: number, index: number): void {
    const held = this.#heldById.get(id)
    if (held !== undefined) held.index = index
    else this.#rememberEarly(id, index)
    this.#unplaced.delete(id)
    this.#indices.announce(id, index)
  }

  #rememberEarly(id: number, index: number): void {
    this.#early.set(id, index)
    const [oldest] = this.#early.keys()
    if (this.#early.size > HELD && oldest !== undefined) this.#early.delete(oldest)
  }

  async #look(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return
    try {
      for (const { id, index } of await logIndicesOf(this.#store.db, ids)) this.#place(id, index)
    } catch {
      // Whoever waits is told at the end of the time; a database that is gone is reported by the integrator.
    }
  }

  /** `pending` while the exchange runs or its entry is not integrated; undefined where this party has no such one. */
  async receiptOf(consumer: PartyId, id: ExchangeId): Promise<Receipt | 'pending' | undefined> {
    const entry = await this.closingEntry(consumer, id)
    if (entry === undefined || entry === 'pending') return entry
    return entry.index === undefined ? 'pending' : this.#receipt(entry, entry.index)
  }

  /** As `receiptOf`, but waits up to `ms` for the integration of an entry that was written. */
  async waitForReceipt(consumer: PartyId, id: ExchangeId, ms: number): Promise<Receipt | undefined> {
    const entry = await this.closingEntry(consumer, id)
    if (entry === undefined || entry === 'pending') return undefined
    const index = entry.index ?? (await this.#waitForIndex(entry.id, ms))
    return index === undefined ? undefined : this.#receipt(entry, index)
  }

  #waitForIndex(id: number, ms: number): Promise<number | undefined> {
    const waiting = this.#indices.wait(id, ms)
    // An entry that was read from the store may have been integrated since.
    if (!this.#heldById.has(id)) void this.#look([id])
    return waiting
  }

  /** `pending` while the exchange runs; undefined where this party has no such one. */
  async closingEntry(consumer: PartyId, id: ExchangeId): Promise<Held | 'pending' | undefined> {
    const held = this.#held.get(exchangeKey(consumer, id))
    if (held !== undefined && performance.now() < held.until) return held
    const row = await findExchange(this.#store.db, consumer, id)
    if (row === undefined) return undefined
    const entries = await logEntriesByExchange(this.#store.db, row.id)
    const closing = entries.find(({ event }) => event === 'answered')
    if (closing === undefined) return 'pending'
    const salts = await this.#saltsOf(row)
    return { id: closing.id, bytes: closing.bytes, salts, index: closing.index ?? undefined, until: 0 }
  }

  /** None after erasure: the entry then proves that there was an exchange, and no longer what it said. */
  async #saltsOf(row: ExchangeRow): Promise<Receipt['salts']> {
    const key = await keyOf(this.#store.cipher, row)
    const stored = key && (await getPayload(this.#store.db, row.id, key, PAYLOAD.salts))
    if (stored === undefined) return {}
    const { request, answer } = readSalts(stored)
    return { request: base64url(request), answer: base64url(answer) }
  }

  async #receipt({ bytes, salts }: ClosingEntry, index: number): Promise<Receipt> {
    return { entry: base64url(bytes), salts, proof: await this.prove(index, leafHash(bytes)) }
  }

  /** @throws BrokerError `broker.internal` where the log does not prove it: then nothing is signed any more. */
  async prove(index: number, leaf: Uint8Array): Promise<string> {
    try {
      return await this.#prove(index, leaf)
    } catch (error) {
      if (!(error instanceof LogFault)) throw error
      this.#integrator().reportDamage(error)
      throw new BrokerError('broker.internal', 'the exchange log does not prove its entry', { cause: error })
    }
  }

  /** The proof as text; it is walked before it is given out, so that no tile is believed without its root. */
  async #prove(index: number, leaf: Uint8Array): Promise<string> {
    const integrator = this.#integrator()
    const { size, root, note } = await integrator.headHolding(index)
    if (size <= index) throw new LogFault('log-damaged', `entry ${index} lies beyond the last checkpoint`)
    const read = await integrator.cache.readerFor(this.#store.db, inclusionNodes(index, size), size)
    const path = inclusionProof(index, size, read)
    if (!verifyInclusion({ index, size, leaf, root, proof: path }))
      throw new LogFault('log-damaged', `the tiles do not lead from entry ${index} to the signed root`)
    return writeTlogProof({ index, path, checkpoint: note })
  }
}
