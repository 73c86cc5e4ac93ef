import { randomUUID } from 'node:crypto'
import { writeBundle } from '../../../src/exchange-log/bundle.ts'
import { signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { entryBytes, type AnyEntry } from '../../../src/exchange-log/entry.ts'
import type { LogSource } from '../../../src/exchange-log/log-source.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { noteSigner } from '../../../src/exchange-log/note.ts'
import { entriesPath, type SizedTile, tileKey, tilePath, tilesOf } from '../../../src/exchange-log/tile.ts'
import { freshLogKey, ORIGIN } from './keys.ts'
import { TileLog } from './tile-log.ts'

export const COMMITMENT = 'A'.repeat(43)
const DIGEST = 'ab'.repeat(32)

/** Entries of one exchange: opened, asked, answered. */
export function entriesOf(at: Date, id: string = randomUUID()): AnyEntry[] {
  const v = 1 as const
  const time = at.toISOString()
  const about = { exchangeId: id, consumer: 'troyan' }
  const plan = {
    ...about,
    ...{ service: 'taxi-permit@1', basis: 'zavp-24a', grant: 'troyan-taxi', governance: DIGEST },
    ...{ signerCertificate: DIGEST, requestCommit: COMMITMENT },
  }
  const asked = { attempt: 1, call: 'driver', operation: 'civil-registry/valid-person@1' }
  const call = { call: 'driver', operation: 'civil-registry/valid-person@1', outcome: 'answered' as const }
  return [
    { v, time, event: 'opened', ...plan, decision: DIGEST },
    { v, time, event: 'asked', ...about, questions: [asked] },
    { v, time, event: 'answered', ...plan, answerCommit: COMMITMENT, status: 'complete', calls: [call] },
  ]
}

export const someEntries = (count: number): Buffer[] =>
  Array.from({ length: Math.ceil(count / 3) }, (_, i) => entriesOf(new Date(Date.UTC(2026, 10, 22) + i * 50)))
    .flat()
    .slice(0, count)
    .map(entryBytes)

/** A whole log as static files in memory, which a test changes as it likes. */
export class MemoryLog implements LogSource {
  readonly files = new Map<string, Buffer>()
  readonly signingKeyPem: string
  readonly entries: Buffer[]
  /** Paths that were read. */
  readonly asked: string[] = []

  constructor(entries: readonly Buffer[], signingKeyPem = freshLogKey()) {
    this.entries = [...entries]
    this.signingKeyPem = signingKeyPem
    this.write(entries.length)
  }

  get vkey(): string {
    return noteSigner(ORIGIN, this.signingKeyPem).vkey
  }

  /** Writes the files of the head of this size anew, from the entries. */
  write(size: number): void {
    const leaves = this.entries.slice(0, size).map((entry) => leafHash(entry))
    const log = new TileLog().append(leaves)
    for (const tile of tilesOf(size)) {
      this.files.set(tilePath(tile), log.tiles.get(tileKey(tile))!.bytes(tile.width))
      if (tile.level === 0) this.files.set(entriesPath(tile), this.bundle(tile))
    }
    const signer = noteSigner(ORIGIN, this.signingKeyPem)
    const note = signCheckpoint({ origin: ORIGIN, size, root: log.tree.root }, [signer])
    this.files.set('checkpoint', Buffer.from(note))
    this.files.set('log.vkey', Buffer.from(`${signer.vkey}\n`))
  }

  bundle({ number, width }: Pick<SizedTile, 'number' | 'width'>): Buffer {
    return writeBundle(this.entries.slice(number * 256, number * 256 + width))
  }

  get checkpoint(): string {
    return this.files.get('checkpoint')!.toString()
  }

  readonly read = (path: string): Promise<Buffer | undefined> => {
    this.asked.push(path)
    const found = this.files.get(path)
    return Promise.resolve(found && Buffer.from(found))
  }
}
