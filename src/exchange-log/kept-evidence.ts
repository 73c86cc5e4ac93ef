import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { outcomesOf } from '../store/calls.ts'
import { decisionOf } from '../store/decisions.ts'
import { exchangeRow } from '../store/deferred.ts'
import type { ExchangeRow } from '../store/exchanges.ts'
import { logEntriesByExchange } from '../store/log-entries.ts'
import { getPayload } from '../store/payloads.ts'
import type { PayloadKey } from '../store/payload-cipher.ts'
import { isHeld } from '../store/retention.ts'
import { revocationProofsOf, type StoredProof } from '../store/revocation-proofs.ts'
import type { Store } from '../store/store.ts'
import { type StoredSupplement, supplementSalt, supplementsOf } from '../store/supplements.ts'
import { type ExchangeSalts, keyOf, PAYLOAD, readSalts } from './exchange-keys.ts'
import { proveEntries, type ProvenEntries } from './entry-proofs.ts'
import type { Integrator } from './integrator.ts'

export interface KeptSupplement extends StoredSupplement {
  readonly salt?: Uint8Array
}

/** What personal is kept of an exchange; nothing of it where its time is over. */
interface KeptContent {
  readonly plan?: ExchangePlan
  readonly request?: Uint8Array
  readonly answer?: Uint8Array
  readonly salts?: ExchangeSalts
  readonly outcomes: readonly CallOutcome[]
  readonly supplements: readonly KeptSupplement[]
  /** What the consumer signed when the answer had reached it, a JWS. */
  readonly acknowledgement?: Uint8Array
}

/** All that the log and the store hold of one exchange. */
export interface KeptEvidence extends KeptContent, ProvenEntries {
  readonly row: ExchangeRow
  /** Canonical JSON. */
  readonly decision?: string
  /** What the authorities above the certificate that signed said of it when it came. */
  readonly revocationProofs: readonly StoredProof[]
  /** Entries that are written and not integrated yet. */
  readonly pending: number
}

/** Entries that tell what became of the exchange; who looked at it later is told elsewhere, and changes nothing of it. */
const EVENTS = new Set(['opened', 'asked', 'answered', 'late', 'incident', 'acknowledged', 'erased'])

export async function keptEvidence(
  store: Store,
  integrator: Pick<Integrator, 'cache' | 'reportDamage'>,
  exchange: number,
  now: Date,
): Promise<KeptEvidence | undefined> {
  const row = await exchangeRow(store.db, exchange)
  if (row === undefined) return undefined
  const logged = await logEntriesByExchange(store.db, exchange)
  const entries = logged.filter(({ event }) => EVENTS.has(event))
  const [proven, decision, revocationProofs, content] = await Promise.all([
    proveEntries(store.db, integrator, entries),
    decisionOf(store.db, exchange),
    revocationProofsOf(store.db, exchange),
    contentOf(store, row, now),
  ])
  return {
    row,
    ...content,
    ...proven,
    ...(decision === undefined ? {} : { decision }),
    revocationProofs,
    pending: entries.length - proven.entries.length,
  }
}

const NOTHING: KeptContent = { outcomes: [], supplements: [] }

async function contentOf(store: Store, row: ExchangeRow, now: Date): Promise<KeptContent> {
  const key = await keyOf(store.cipher, row)
  if (key === undefined) return NOTHING
  const read = (kind: string): Promise<Buffer | undefined> => getPayload(store.db, row.id, key, kind)
  // Salts outlive the content that they open, for those who hold the documents.
  const [salts, acknowledgement] = await Promise.all([read(PAYLOAD.salts), read(PAYLOAD.acknowledgement)])
  const lasting = {
    ...(salts === undefined ? {} : { salts: readSalts(salts) }),
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
  }
  if (row.expires_at !== null && row.expires_at <= now && !(await isHeld(store.db, row.id)))
    return { ...NOTHING, ...lasting }
  const [request, plan, answer] = await Promise.all([read(PAYLOAD.request), read(PAYLOAD.plan), read(PAYLOAD.answer)])
  return {
    ...lasting,
    ...(request === undefined ? {} : { request }),
    ...(plan === undefined ? {} : { plan: JSON.parse(plan.toString()) as ExchangePlan }),
    ...(answer === undefined ? {} : { answer }),
    outcomes: await outcomesOf(store.db, row.id, key),
    supplements: await supplementsWithSalts(store, row.id, key),
  }
}

async function supplementsWithSalts(store: Store, exchange: number, key: PayloadKey): Promise<KeptSupplement[]> {
  const found = await supplementsOf(store.db, exchange, key)
  return Promise.all(
    found.map(async (supplement) => {
      const salt = await supplementSalt(store.db, exchange, key, supplement.call)
      return salt === undefined ? supplement : { ...supplement, salt }
    }),
  )
}
