import type { Agreement, AgreementContent, AgreementDigest } from '../../model/agreement.ts'
import { partyId, type ServiceRef } from '../../model/ids.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import { type AgreementActRow, type AgreementRow, actsAfter, agreementsByDigest } from '../../store/agreements.ts'
import { type MissingAct, missingActs } from '../../store/missing-acts.ts'
import type { Executor } from '../../store/tables/tables.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { agreementOf, byAgreement, recordedAct } from './rows.ts'

export interface BookParts {
  readonly db: Executor
  /**
   * Whose signature it is, by a certificate or key that is registered, and over what; undefined where it does not hold or
   * is nobody's. `operator`: of edno's operator.
   */
  readonly proves: (
    jws: string,
    recordedAt: Date,
  ) => { readonly payload: Uint8Array; readonly party: string; readonly operator: boolean } | undefined
  /** Told of an agreement whose rows are not what was signed, or are not all there. It closes what it is about. */
  readonly onDamage: (digest: string, damage: Damage) => void
}

export type Damage = 'changed' | 'missing'

const BATCH = 1000

/**
 * All agreements as this process knows them. What stands in the database is believed as far as it is signed: whoever can
 * write there can end an agreement, never make one come true or bring an older one back.
 */
export class AgreementBook {
  readonly #parts: BookParts
  readonly #agreements = new Map<string, Agreement>()
  readonly #damaged = new Set<string>()
  #missing: readonly MissingAct[] = []
  #sequence = 0

  constructor(parts: BookParts) {
    this.#parts = parts
  }

  /** In the order of recording. */
  get agreements(): readonly Agreement[] {
    return [...this.#agreements.values()]
  }

  /** The same rows, all read again, where something is damaged: who is registered changed, and nobody may be somebody now. */
  async readAgain(): Promise<AgreementBook> {
    if (this.#damaged.size === 0) return this
    const book = new AgreementBook(this.#parts)
    await book.refresh()
    book.#distrust(this.#missing)
    return book
  }

  /** Compares all that was read with what the exchange log names. @returns the acts that are gone. */
  async compareWithLog(): Promise<readonly MissingAct[]> {
    const missing = await missingActs(this.#parts.db)
    this.#distrust(missing)
    return missing
  }

  /** What an agreement amounts to without an act that was declared nobody knows: a suspension, a later agreement … */
  #distrust(missing: readonly MissingAct[]): void {
    this.#missing = missing
    for (const act of missing)
      if (!this.#damaged.has(act.agreement))
        this.#damage(act.agreement, this.#agreements.get(act.agreement)?.content ?? contentNamedBy(act), 'missing')
  }

  /** Reads what was recorded since. @returns whether there was anything. */
  async refresh(): Promise<boolean> {
    let some = false
    for (;;) {
      const acts = await actsAfter(this.#parts.db, this.#sequence, BATCH)
      if (acts.length === 0) return some
      const groups = byAgreement(acts)
      const unknown = [...groups.keys()].filter((digest) => !this.#agreements.has(digest))
      const rows = await agreementsByDigest(this.#parts.db, unknown)
      this.#take(new Map(rows.map((row) => [row.digest, row])), groups)
      this.#sequence = acts.at(-1)?.sequence ?? this.#sequence
      some = true
    }
  }

  #take(rows: ReadonlyMap<string, AgreementRow>, groups: ReadonlyMap<string, readonly AgreementActRow[]>): void {
    for (const [digest, acts] of groups) {
      if (this.#damaged.has(digest)) continue
      const row = rows.get(digest)
      const known = this.#agreements.get(digest) ?? (row && isWhole(row, digest) ? agreementOf(row, []) : undefined)
      if (known !== undefined && acts.every((act) => this.#isGenuine(act)))
        this.#agreements.set(digest, { ...known, acts: [...known.acts, ...acts.map(recordedAct)] })
      else this.#damage(digest, known?.content, 'changed')
    }
  }

  /** What it would be about is known where its content is whole; that is closed. */
  #damage(digest: string, content: AgreementContent | undefined, damage: Damage): void {
    this.#damaged.add(digest)
    if (content === undefined) this.#agreements.delete(digest)
    else this.#agreements.set(digest, { digest: digest as AgreementDigest, content, acts: [], damaged: true })
    this.#parts.onDamage(digest, damage)
  }

  #isGenuine(row: AgreementActRow): boolean {
    const proven = this.#parts.proves(row.jws, row.recorded_at)
    if (proven === undefined || sha256Hex(proven.payload) !== row.act_digest.toString('hex')) return false
    const act = recordedAct(row)
    return (
      act.agreement === row.agreement &&
      act.act === row.act &&
      act.by === row.party &&
      proven.party === act.by &&
      (act.side === 'operator') === proven.operator
    )
  }
}

/** Of an agreement that is gone altogether: what its entry says that it was about, and nothing that would open it. */
const contentNamedBy = ({ time, agreement, consumer, provider, registry, service }: MissingAct): AgreementContent => ({
  type: 'edno-agreement@1',
  id: agreement,
  request: agreement,
  consumer: { party: partyId(consumer), keys: [] },
  provider: partyId(provider),
  registry,
  service: service as ServiceRef,
  asks: '',
  operations: [],
  withhold: [],
  legalBases: [],
  purpose: '',
  validity: { from: sofiaDay(new Date(time)), until: '9999-12-31' },
  createdAt: time,
})

const isWhole = ({ content }: AgreementRow, digest: string): boolean => sha256Hex(content) === digest
