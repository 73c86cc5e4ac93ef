import type { Generated } from 'kysely'

/** One exchange: what was asked by whom, and whether its one answer has left. */
export interface ExchangeTable {
  readonly id: Generated<number>
  readonly consumer: string
  readonly exchange_id: string
  readonly service: string
  readonly case_reference: string
  /** Code; empty where it is not known. */
  readonly legal_basis: Generated<string>
  /** Who asked, as a keyed hash (`store/search-marks.ts`); null where no key was configured. */
  readonly official: string | null
  /** Row of `exchange_kind`: what it is found by. */
  readonly kind: number | null
  /** SHA-256 of the received bytes. */
  readonly request_digest: Buffer
  /** SHA-256 of the signature's value, unique; null where the application carries none. */
  readonly signature_digest: Buffer | null
  /** `deferred`: nobody waits for it in a process; its calls are in the queue, and it is `open` again while it is ended. */
  readonly state: Generated<'open' | 'deferred' | 'closed'>
  /** Status of the answer; null while open. */
  readonly status: string | null
  readonly media_type: string | null
  readonly received_at: Date
  readonly deadline: Date
  /** No call goes on after this; null: after the deadline. */
  readonly outer_end: Date | null
  /** When it was deferred first; null where its answer left in time. */
  readonly deferred_at: Date | null
  readonly closed_at: Date | null
  readonly retention_class: string
  /** Number of the process that works on it while it is open; see `store/owner.ts`. */
  readonly owner: Generated<number>
  /** Since when its consumer was told, or must be, that the answer comes later than on the line that asked. */
  readonly promised_at: Date | null
  /** When, and by whom, it was taken back. */
  readonly cancelled_at: Date | null
  readonly cancelled_by: string | null
  /** Until then nobody whom it is about is told; null: from the start. */
  readonly hidden_until: Date | null
  /** When answer and evidence are no longer kept; null while open. */
  readonly expires_at: Date | null
  /** When that was deleted. */
  readonly emptied_at: Date | null
  readonly key_id: string
  /** The data key, wrapped; null after erasure. */
  readonly data_key: Buffer | null
}
