import { createHash } from 'node:crypto'
import type { Signer } from '../model/exchange.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { insertAcknowledgement } from '../store/acknowledgements.ts'
import { type ExchangeRow, findExchange } from '../store/exchanges.ts'
import { encryptPayload, type PayloadKey } from '../store/payload-cipher.ts'
import { getPayload } from '../store/payloads.ts'
import type { Store } from '../store/store.ts'
import { entryBytes } from './entry.ts'
import { keyOf, PAYLOAD } from './exchange-keys.ts'
import { leafHash } from './merkle.ts'

/** A proven acknowledgement of an exchange's answer. */
export interface AcknowledgementToRecord {
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
  /** SHA-256 (hex) of the answer that it is of. */
  readonly answer: string
  readonly signer: Pick<Signer, 'party' | 'certificate'>
  readonly jws: string
  readonly at: Date
}

/** Durable with its entry. Refuses what is of another answer than the one that left, and every one but the first. */
export async function recordAcknowledgement(store: Store, wish: AcknowledgementToRecord): Promise<void> {
  const { consumer, exchangeId, answer, signer, jws, at } = wish
  const row = await findExchange(store.db, consumer, exchangeId)
  if (row === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
  if (row.state !== 'closed') throw new BrokerError('exchange.unanswered', 'no answer has left yet')
  const key = await keyOf(store.cipher, row)
  const left = key && (await answerOf(store, row, key, at))
  if (key === undefined || left === undefined)
    throw new BrokerError('exchange.expired', 'the time for which the answer is kept is over')
  if (sha256(left) !== answer)
    throw new BrokerError('exchange.other-answer', 'the digest is not that of the answer that left')
  const bytes = entryBytes({
    ...{ v: 1, time: at.toISOString(), event: 'acknowledged', exchangeId, consumer },
    ...{ by: signer.party, signerCertificate: signer.certificate, acknowledgement: sha256(Buffer.from(jws)) },
  })
  const kind = PAYLOAD.acknowledgement
  const payload = { kind, ...encryptPayload(key, kind, Buffer.from(jws)), keyId: key.keyId }
  const entry = { bytes, leafHash: leafHash(bytes), event: 'acknowledged' }
  if (!(await insertAcknowledgement(store.db, row.id, payload, entry)))
    throw new BrokerError('exchange.acknowledged', 'the first acknowledgement stands')
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function answerOf(store: Store, row: ExchangeRow, key: PayloadKey, at: Date): Promise<Buffer | undefined> {
  const over = row.expires_at !== null && row.expires_at <= at
  return over ? undefined : getPayload(store.db, row.id, key, PAYLOAD.answer)
}
