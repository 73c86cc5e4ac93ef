import type { Agreement, AgreementContent, AgreementDigest } from '../../model/agreement.ts'
import { type AgreementActRow, type AgreementRow, actsAfter, agreementsByDigest } from '../../store/agreements.ts'
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
  /** Told of an agreement whose rows are not what was signed. It closes what it is about. */
  readonly onDamage: (digest: string) => void
}

const BATCH = 1000

/**
 * All agreements as this process knows them. What stands in the database is believed as far as it is signed: whoever can
 * write there can end an agreement, never make one come true or bring an older one back.
 */
export class AgreementBook {
  readonly #parts: BookParts
  readonly #agreements = new Map<string, Agreement>()
  readonly #damaged = new Set<string>()
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
    return book
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
      else this.#damage(digest, known?.content)
    }
  }

  /** What it would be about is known where its content is whole; that is closed. */
  #damage(digest: string, content: AgreementContent | undefined): void {
    this.#damaged.add(digest)
    if (content === undefined) this.#agreements.delete(digest)
    else this.#agreements.set(digest, { digest: digest as AgreementDigest, content, acts: [], damaged: true })
    this.#parts.onDamage(digest)
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

const isWhole = ({ content }: AgreementRow, digest: string): boolean => sha256Hex(content) === digest
