import { decryptPayload, encryptPayload, type PayloadKey } from './payload-cipher.ts'
import type { Executor } from './tables/tables.ts'

export interface NewPayload {
  /** `request`, `plan`, `answer`, … unique in its exchange. */
  readonly kind: string
  readonly retentionClass: string
  readonly plain: Uint8Array
}

/** @returns the plain bytes; undefined where there is none or its time is over. */
export async function getPayload(
  db: Executor,
  exchange: number,
  key: PayloadKey,
  kind: string,
): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('payload')
    .select(['iv', 'ciphertext'])
    .where('exchange', '=', exchange)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row === undefined ? undefined : decryptPayload(key, kind, row)
}

/** The columns of several payloads, for `unnest`. */
export function sealedColumns(
  key: PayloadKey,
  payloads: readonly NewPayload[],
): {
  readonly kinds: string[]
  readonly retentionClasses: string[]
  readonly ivs: Buffer[]
  readonly ciphertexts: Buffer[]
} {
  const sealed = payloads.map((payload) => encryptPayload(key, payload.kind, payload.plain))
  return {
    kinds: payloads.map((payload) => payload.kind),
    retentionClasses: payloads.map((payload) => payload.retentionClass),
    ivs: sealed.map((payload) => payload.iv),
    ciphertexts: sealed.map((payload) => payload.ciphertext),
  }
}
