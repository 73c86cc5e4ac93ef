import { randomBytes } from 'node:crypto'
import { STANDARD_CLASS } from '../model/retention.ts'
import {
  KEY_BYTES,
  type KeyEncryptionKey,
  type PayloadCipher,
  newPayloadKey,
  openPayloadKey,
  sealMonthKey,
  unsealMonthKey,
} from './payload-cipher.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** By the calendar of UTC: `2026-11`. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7)

interface MonthKeyRow {
  readonly id: string
  readonly wrapped_by: string
  readonly wrapped: Buffer | null
}

/**
 * The keys that wrap the data keys of exchanges, one for each retention class and month, each wrapped by the operator's key.
 * Without the row of a month nothing that was opened in it can be read again, wherever copies of it lie.
 */
class MonthKeys {
  readonly #db: Executor
  readonly #operators: KeyEncryptionKey
  readonly #known = new Map<string, KeyEncryptionKey>()
  /** By class. */
  readonly #current = new Map<string, { readonly month: string; readonly key: KeyEncryptionKey }>()

  constructor(db: Executor, operators: KeyEncryptionKey) {
    this.#db = db
    this.#operators = operators
    // What was opened before there were keys of months.
    this.#known.set(operators.id, operators)
  }

  current(retentionClass: string): KeyEncryptionKey {
    return this.#current.get(retentionClass)?.key ?? this.#operators
  }

  find(id: string): KeyEncryptionKey | undefined {
    return this.#known.get(id)
  }

  /** Makes the key of this month and class, or reads the one that another process made. */
  async prepare(at: Date, retentionClass: string): Promise<void> {
    const month = monthOf(at)
    if (this.#current.get(retentionClass)?.month === month) return
    const id = `${retentionClass}/${month}/${randomBytes(8).toString('hex')}`
    const wrapped = sealMonthKey(this.#operators, id, randomBytes(KEY_BYTES))
    await statement`
      insert into month_key (id, retention_class, month, wrapped_by, wrapped)
      values (${id}, ${retentionClass}, ${month}, ${this.#operators.id}, ${wrapped})
      on conflict (wrapped_by, retention_class, month) do nothing`.execute(this.#db)
    const { rows } = await statement<MonthKeyRow>`
      select id, wrapped_by, wrapped from month_key
      where wrapped_by = ${this.#operators.id} and retention_class = ${retentionClass} and month = ${month}`.execute(
      this.#db,
    )
    const [row] = rows
    const key = row && this.#keep(row)
    // A month that is over and shredded comes back only where a clock was set back: the operator's key serves then.
    this.#current.set(retentionClass, { month, key: key ?? this.#operators })
  }

  /** @returns false where it was shredded. One that another operator's key wrapped is refused by whoever opens it. */
  async load(id: string): Promise<boolean> {
    if (this.#known.has(id)) return true
    const { rows } = await statement<MonthKeyRow>`
      select id, wrapped_by, wrapped from month_key where id = ${id}`.execute(this.#db)
    const [row] = rows
    if (row?.wrapped_by === this.#operators.id) this.#keep(row)
    return row?.wrapped !== null
  }

  #keep({ id, wrapped }: MonthKeyRow): KeyEncryptionKey | undefined {
    if (wrapped === null) return undefined
    const key = this.#known.get(id) ?? { id, key: unsealMonthKey(this.#operators, id, wrapped) }
    this.#known.set(id, key)
    return key
  }
}

/** The cipher of a store, under the operator's key. */
export async function openCipher(db: Executor, operators: KeyEncryptionKey, now: Date): Promise<PayloadCipher> {
  const keys = new MonthKeys(db, operators)
  await keys.prepare(now, STANDARD_CLASS)
  return {
    prepare: (at, retentionClass = STANDARD_CLASS) => keys.prepare(at, retentionClass),
    newKey: (scope, retentionClass = STANDARD_CLASS) => newPayloadKey(keys.current(retentionClass), scope),
    load: (id) => keys.load(id),
    openKey: (scope, stored) => openPayloadKey(keys.find(stored.keyId) ?? operators, scope, stored),
  }
}
