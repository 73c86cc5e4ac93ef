import type { Agreement } from '../../model/agreement.ts'
import { type AgreementActRow, type AgreementRow, actsAfter, agreementsByDigest } from '../../store/agreements.ts'
import type { Executor } from '../../store/tables/tables.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { agreementOf, byAgreement, recordedAct } from './rows.ts'

export interface BookParts {
  readonly db: Executor
  /** The party and the payload that the signature proves, as of the recording; undefined where it does not hold. */
  readonly proves: (
    jws: string,
    recordedAt: Date,
  ) => { readonly payload: Uint8Array; readonly party?: string } | undefined
  /** Told of an agreement whose rows are not what was signed. It counts for nothing, and so do its acts. */
  readonly onDamage: (digest: string) => void
}

const BATCH = 1000

/**
 * All agreements as this process knows them. What stands in the database is believed as far as it is signed: whoever can
 * write there can make an agreement vanish, never come true.
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
      const known = this.#agreements.get(digest)
      if (acts.every((act) => this.#isGenuine(act)) && (known !== undefined || isWhole(row, digest))) {
        const grown =
          known === undefined
            ? row && agreementOf(row, acts)
            : { ...known, acts: [...known.acts, ...acts.map(recordedAct)] }
        if (grown !== undefined) this.#agreements.set(digest, grown)
      } else {
        this.#damaged.add(digest)
        this.#agreements.delete(digest)
        this.#parts.onDamage(digest)
      }
    }
  }

  #isGenuine(row: AgreementActRow): boolean {
    const proven = this.#parts.proves(row.jws, row.recorded_at)
    if (proven === undefined || sha256Hex(proven.payload) !== row.act_digest.toString('hex')) return false
    const act = recordedAct(row)
    return (
      act.agreement === row.agreement &&
      act.act === row.act &&
      act.by === row.party &&
      (proven.party === undefined || proven.party === act.by)
    )
  }
}

const isWhole = (row: AgreementRow | undefined, digest: string): boolean =>
  row !== undefined && sha256Hex(row.content) === digest
