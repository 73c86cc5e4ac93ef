import { hash } from 'node:crypto'
import { entryEnds, LENGTH_BYTES } from './bundle.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type CosignedBy, cosignersOf } from './cosignature.ts'
import { type DerivedTile, DerivedTree } from './derived-tree.ts'
import { EntryChecks } from './entry-checks.ts'
import { attempt, LogFault } from './log-fault.ts'
import { type LogSource, readAhead } from './log-source.ts'
import { HASH_BYTES } from './merkle.ts'
import { noteVerifier } from './note.ts'
import { type JudgedStamps, judgeStamps } from './stamped-heads.ts'
import { entriesPath, TILE_WIDTH, tilePath } from './tile.ts'
import { type HeadKind, headOf, readHeads, type ReadHeads, type Waypoint } from './verified-heads.ts'

export type LogFindingCode =
  /** The newest head is signed by the log's key and names the log. */
  | 'checkpoint.signature'
  /** The older head that the auditor kept, or those that lie beside the newest, are a beginning of this log. */
  | HeadKind
  /** All entries are there and give the signed root. */
  | 'entries.root'
  /** Every tile is the one that the entries give. */
  | 'tiles.derived'
  /** Every entry is canonical JSON of a known event and says what that event says. */
  | 'entries.form'
  /** Every exchange was opened once, answered at most once, and spoken of in that order. */
  | 'entries.order'
  /** Times do not run backwards. */
  | 'entries.time'
  /** Every witness that was named cosigned the newest head. */
  | 'checkpoint.witnesses'
  /** Every stamp is of an authority that the auditor believes. */
  | 'stamps.authority'
  /** No entry under a stamped head claims a time after the stamp. */
  | 'stamps.time'

export interface LogFinding {
  readonly what: LogFindingCode
  readonly holds: boolean
  /** Where the first thing that does not hold stands. */
  readonly at?: string
}

export interface LogVerdict {
  /** True only if every finding holds and nothing was left unlooked at. */
  readonly holds: boolean
  readonly findings: readonly LogFinding[]
  /** What could not be looked into, because of something before it. */
  readonly unchecked: readonly LogFindingCode[]
  /** Of the newest head; absent where it cannot be believed. */
  readonly head?: Checkpoint
  /** How many entries were read. */
  readonly entries: number
  readonly opened: number
  readonly answered: number
  /** First and last time that entries claim, ISO. */
  readonly from?: string
  readonly to?: string
  /** The newest head with a stamp that counts, where stamps were looked into. */
  readonly stamped?: JudgedStamps['newest']
  /** Of the named witnesses. */
  readonly cosigned?: readonly CosignedBy[]
}

export interface LogClaim {
  readonly source: LogSource
  /** The log's vkey, known beforehand. */
  readonly logKey: string
  /** The note of a head that the auditor kept. */
  readonly since?: string
  /** vkeys of witnesses, each of which must have cosigned the newest head. */
  readonly witnessKeys?: readonly string[]
  /** Whose time stamps are believed (PEM, any number): there must be one, and all must hold. */
  readonly timeStampAuthorities?: string
  /** How much earlier than one before it an entry may claim to be. */
  readonly clockToleranceMs?: number
}

/** Processes have clocks of their own, and an entry waits for its transaction. */
const CLOCK_TOLERANCE_MS = 60_000

/**
 * An auditor's verification of a whole log with nothing but its public key. The tree is derived from the entries alone and
 * everything else is compared with it, so that no tile is ever believed: neither to prove an entry nor to prove another tile.
 * Reads once, from the first entry to the last, and holds one tile a level and what it knows of each exchange.
 *
 * @throws LogFault `checkpoint-malformed` where there is no head to check.
 */
export async function verifyLog(claim: LogClaim): Promise<LogVerdict> {
  const note = await claim.source.read('checkpoint')
  if (note === undefined) throw new LogFault('checkpoint-malformed', 'there is no checkpoint')
  const key = noteVerifier(claim.logKey)
  const head = headOf(note.toString('utf8'), key)
  if (head === undefined) return untrusted(claim)
  const beside = (await claim.source.olderHeads?.()) ?? []
  const { timeStampAuthorities: authorities } = claim
  const stamps = authorities === undefined ? undefined : await judgeStamps(claim.source, key, authorities)
  const check = new LogCheck(claim, head, readHeads(claim.since, beside, key), stamps)
  return witnessed(await check.run(), note.toString('utf8'), claim.witnessKeys)
}

/** A head that its witnesses did not see may be one that was made for this auditor alone. */
function witnessed(verdict: LogVerdict, note: string, keys: readonly string[] | undefined): LogVerdict {
  if (keys === undefined) return verdict
  const cosigned = attempt(() => cosignersOf(note, keys)) ?? []
  const missing = keys.length - cosigned.length
  const at = missing === 0 ? {} : { at: `${missing} of ${keys.length}` }
  const finding = { what: 'checkpoint.witnesses' as const, holds: missing === 0, ...at }
  const [first, ...others] = verdict.findings
  const findings = first === undefined ? [finding] : [first, finding, ...others]
  return { ...verdict, holds: verdict.holds && missing === 0, findings, cosigned }
}

const ALL: readonly LogFindingCode[] = [
  ...(['entries.root', 'tiles.derived', 'entries.form', 'entries.order', 'entries.time'] as const),
]

const untrusted = ({ since }: LogClaim): LogVerdict => ({
  holds: false,
  findings: [{ what: 'checkpoint.signature', holds: false, at: 'checkpoint' }],
  unchecked: [...(since === undefined ? [] : (['log.consistent'] as const)), ...ALL],
  ...{ entries: 0, opened: 0, answered: 0 },
})

class LogCheck {
  readonly #source: LogSource
  readonly #head: Checkpoint
  readonly #tree = new DerivedTree()
  readonly #entries: EntryChecks
  /** What was looked into, with where it failed first. */
  readonly #found = new Map<LogFindingCode, string | undefined>()
  readonly #ahead: Waypoint[]
  readonly #stamps: JudgedStamps | undefined
  readonly #toleranceMs: number
  /** The partial tile of level 0, which was read with the last bundle. */
  #lowest: Buffer | undefined

  constructor(
    { source, clockToleranceMs = CLOCK_TOLERANCE_MS }: LogClaim,
    head: Checkpoint,
    read: ReadHeads,
    stamps?: JudgedStamps,
  ) {
    this.#source = source
    this.#head = head
    this.#stamps = stamps
    this.#toleranceMs = clockToleranceMs
    this.#ahead = [...read.waypoints, ...(stamps?.heads ?? [])].toSorted((a, b) => a.size - b.size)
    this.#entries = new EntryChecks(clockToleranceMs)
    if (stamps !== undefined) {
      this.#found.set('stamps.hold', stamps.broken)
      this.#found.set('stamps.authority', stamps.strange)
      this.#found.set('stamps.time', undefined)
    }
    this.#found.set('checkpoint.signature', undefined)
    for (const { what } of read.waypoints) this.#found.set(what, undefined)
    for (const what of read.unreadable) this.#found.set(what, 'signature')
  }

  async run(): Promise<LogVerdict> {
    this.#pass()
    await this.#readAll()
    if (this.#isWhole) {
      await this.#compareEnd()
      const [beyond] = this.#ahead
      if (beyond !== undefined) this.#fail(beyond.what, `size ${beyond.size}`)
    }
    return this.#verdict()
  }

  get #isWhole(): boolean {
    return this.#tree.size === this.#head.size
  }

  async #readAll(): Promise<void> {
    const next = readAhead(this.#source, pathsOf(this.#head.size))
    for (let number = 0; number * TILE_WIDTH < this.#head.size; number += 1) {
      const width = Math.min(TILE_WIDTH, this.#head.size - number * TILE_WIDTH)
      const bundle = await next()
      const tile = await next()
      const ends = bundle && attempt(() => entryEnds(bundle, width))
      if (bundle === undefined || ends === undefined) {
        // The rest cannot be known, because entries are missing.
        this.#fail('entries.root', entriesPath({ number, width }))
        return
      }
      await this.#readBundle(bundle, ends, tile)
    }
  }

  async #readBundle(bundle: Buffer, ends: Int32Array, tile: Buffer | undefined): Promise<void> {
    let from = LENGTH_BYTES
    for (const to of ends) {
      this.#entries.look(this.#tree.size, bundle, from, to)
      // The byte before the entry, of its length, is read already: there stands the prefix of RFC 6962's leaf now.
      bundle[from - 1] = 0
      const full = this.#tree.push(hash('sha256', bundle.subarray(from - 1, to), 'binary'))
      for (const each of full) await this.#compare(each, each.level === 0 ? tile : undefined)
      if (this.#ahead[0]?.size === this.#tree.size) this.#pass()
      from = to + LENGTH_BYTES
    }
    if (ends.length < TILE_WIDTH) this.#lowest = tile
  }

  async #compare(derived: DerivedTile, read: Buffer | undefined): Promise<void> {
    // A copy: the tree goes on while a tile is read.
    const bytes = read === undefined ? Buffer.from(derived.bytes) : derived.bytes
    const stored = read ?? (await this.#source.read(tilePath(derived)))
    if (!this.#found.has('tiles.derived')) this.#found.set('tiles.derived', undefined)
    if (stored?.equals(bytes) !== true) this.#fail('tiles.derived', placeOf(derived, bytes, stored))
  }

  async #compareEnd(): Promise<void> {
    for (const tile of this.#tree.edge()) await this.#compare(tile, tile.level === 0 ? this.#lowest : undefined)
    this.#found.set('tiles.derived', this.#found.get('tiles.derived'))
    this.#found.set('entries.root', undefined)
    if (!equal(this.#tree.root, this.#head.root)) this.#fail('entries.root', 'checkpoint')
  }

  /** Heads of the size that is reached. */
  #pass(): void {
    for (let next = this.#ahead[0]; next?.size === this.#tree.size; next = this.#ahead[0]) {
      this.#ahead.shift()
      if (!equal(this.#tree.root, next.root)) this.#fail(next.what, `size ${next.size}`)
      this.#requireBefore(next)
    }
  }

  /** Whoever stamped a head had everything under it before him. */
  #requireBefore({ size, stampedAt }: Waypoint): void {
    const { to } = this.#entries
    if (stampedAt !== undefined && to !== undefined && to > stampedAt.getTime() + this.#toleranceMs)
      this.#fail('stamps.time', `size ${size}`)
  }

  /** The first place stays. */
  #fail(what: LogFindingCode, at: string): void {
    if (this.#found.get(what) === undefined) this.#found.set(what, at)
  }

  #verdict(): LogVerdict {
    const { form, order, time, from, to, exchanges } = this.#entries
    for (const [what, at] of [['form', form] as const, ['order', order] as const, ['time', time] as const])
      if (this.#isWhole || at !== undefined) this.#found.set(`entries.${what}`, at)
    if (!this.#isWhole)
      for (const { what } of this.#ahead) if (this.#found.get(what) === undefined) this.#found.delete(what)
    const findings = [...this.#found].map(([what, at]) => ({
      what,
      holds: at === undefined,
      ...(at === undefined ? {} : { at }),
    }))
    const missing = [...new Set([...this.#ahead.map(({ what }) => what), ...ALL])]
    const unchecked = missing.filter((what) => !this.#found.has(what))
    const holds = unchecked.length === 0 && findings.every((finding) => finding.holds)
    const { opened, answered } = exchanges
    const stamped = this.#stamps?.newest
    return {
      ...{ holds, findings, unchecked, head: this.#head, entries: this.#tree.size, opened, answered },
      ...timesOf(from, to),
      ...(stamped === undefined ? {} : { stamped }),
    }
  }
}

const timesOf = (from: number | undefined, to: number | undefined): Pick<LogVerdict, 'from' | 'to'> =>
  from === undefined || to === undefined ? {} : { from: iso(from), to: iso(to) }

const iso = (instant: number): string => new Date(instant).toISOString()
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)

/** A bundle, then the tile of its leaves; the tile of the last, partial bundle too. */
function* pathsOf(size: number): Generator<string, void> {
  for (let number = 0; number * TILE_WIDTH < size; number += 1) {
    const width = Math.min(TILE_WIDTH, size - number * TILE_WIDTH)
    yield entriesPath({ number, width })
    yield tilePath({ level: 0, number, width })
  }
}

/** Which entry it is, where a tile of leaves differs; else which tile. */
function placeOf(derived: DerivedTile, bytes: Buffer, stored: Buffer | undefined): string {
  if (stored === undefined || derived.level > 0 || stored.length !== bytes.length) return tilePath(derived)
  for (let i = 0; i < derived.width; i += 1) {
    const [from, to] = [i * HASH_BYTES, (i + 1) * HASH_BYTES]
    if (!stored.subarray(from, to).equals(bytes.subarray(from, to)))
      return `entry ${derived.number * TILE_WIDTH + i}, ${tilePath(derived)}`
  }
  return tilePath(derived)
}
