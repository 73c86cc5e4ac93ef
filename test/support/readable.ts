import { readFile } from 'node:fs/promises'
import { decryptPayload, keyEncryptionKey, openPayloadKey, unsealMonthKey } from '../../src/store/payload-cipher.ts'
import type { Estate } from './estate.ts'
import { markersIn } from './markers.ts'

/** Of an entry, what tests look at. */
export interface AnyEntry {
  readonly event: string
  readonly change?: string
  readonly exchangeId?: string
  readonly consumer?: string
  readonly basis?: string
  readonly before?: Readonly<Record<string, number>>
  readonly after?: Readonly<Record<string, number>>
  readonly keys?: readonly string[]
}

interface PayloadRow {
  readonly exchange_id: string
  readonly consumer: string
  readonly key_id: string
  readonly data_key: Buffer | null
  readonly wrapped: Buffer | null
  readonly kind: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
}

/** Exchanges of which somebody who has the database and the operator's key can read what is about a person. */
export async function readableIn(estate: Estate): Promise<ReadonlySet<string>> {
  const operators = keyEncryptionKey(Buffer.from((await readFile(estate.payloadKeyFile, 'utf8')).trim(), 'hex'))
  const rows = await estate.ask<PayloadRow>(
    `select exchange_id, consumer, exchange.key_id, data_key, wrapped, payload.kind, iv, ciphertext
     from exchange join payload on payload.exchange = exchange.id join month_key on month_key.id = exchange.key_id`,
  )
  const found = new Set<string>()
  for (const row of rows) {
    if (row.data_key === null || row.wrapped === null) continue
    const month = { id: row.key_id, key: unsealMonthKey(operators, row.key_id, row.wrapped) }
    const scope = { consumer: row.consumer, exchangeId: row.exchange_id }
    const key = openPayloadKey(month, scope, { keyId: row.key_id, wrapped: row.data_key })
    if (markersIn(decryptPayload(key, row.kind, row)).length > 0) found.add(row.exchange_id)
  }
  return found
}
