import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { cosigner, cosignatureVerifier, type CosignatureVerifier } from '../../../src/exchange-log/cosignature.ts'
import { consistencyProof, leafHash } from '../../../src/exchange-log/merkle.ts'
import { type NoteSigner, noteVerifier } from '../../../src/exchange-log/note.ts'
import { Tile, tilesOf, tilePath } from '../../../src/exchange-log/tile.ts'
import type { FetchLogFile } from '../../../src/witness/fetch-log.ts'
import { Heads } from '../../../src/witness/heads.ts'
import { writeAddCheckpoint } from '../../../src/exchange-log/add-checkpoint.ts'
import { Witness } from '../../../src/witness/witness.ts'
import { freshLogKey, freshSigner } from '../exchange-log/keys.ts'
import { TileLog } from '../exchange-log/tile-log.ts'

export const WITNESS = 'witness.audit.example.bg/w1'

/** A log that can show any of its sizes, with the key of its operator. */
export class SmallLog {
  readonly signer: NoteSigner
  readonly #leaves: Uint8Array[]

  /** Entries are what their texts say: two logs of the same texts are the same log. */
  constructor(entries: readonly string[], signer: NoteSigner = freshSigner()) {
    this.signer = signer
    this.#leaves = entries.map((text) => leafHash(Buffer.from(text)))
  }

  at(size: number): TileLog {
    return new TileLog().append(this.#leaves.slice(0, size))
  }

  head(size: number, signer: NoteSigner = this.signer): string {
    return signCheckpoint({ origin: signer.name, size, root: this.at(size).tree.root }, [signer])
  }

  proof(old: number, size: number): Uint8Array[] {
    return consistencyProof(old, size, this.at(size).read)
  }

  /** The body that a log sends to its witnesses. */
  request(old: number, size: number): string {
    return writeAddCheckpoint({ old, proof: this.proof(old, size), note: this.head(size) })
  }

  /** As files of this size are served. */
  serve(size: number): FetchLogFile {
    const log = this.at(size)
    const files = new Map<string, Buffer>([['checkpoint', Buffer.from(this.head(size))]])
    for (const at of tilesOf(size)) {
      const tile = log.tiles.get(`${at.level}/${at.number}`) ?? new Tile(at)
      files.set(tilePath(at), tile.bytes(at.width))
    }
    return (path) => Promise.resolve(files.get(path))
  }
}

/** `entry 0` to `entry <count - 1>`, of which some read otherwise. */
export const entriesOf = (count: number, otherwise: Readonly<Record<number, string>> = {}): string[] =>
  Array.from({ length: count }, (_, i) => otherwise[i] ?? `entry ${i}`)

export interface TestWitness {
  readonly witness: Witness
  readonly key: CosignatureVerifier
  readonly folder: string
  /** Heads that somebody sent and that were refused. */
  readonly refused: string[]
  /** The same key and folder in another process. */
  readonly again: () => Witness
}

export function aWitness(signers: readonly NoteSigner[], clock: () => Date = () => new Date()): TestWitness {
  const folder = mkdtempSync(join(tmpdir(), 'edno-witness-'))
  const own = cosigner(WITNESS, freshLogKey())
  const key = cosignatureVerifier(own.vkey)
  const refused: string[] = []
  const logs = [...new Set(signers.map(({ name }) => name))].map((origin) => ({
    origin,
    keys: signers.filter(({ name }) => name === origin).map(({ vkey }) => noteVerifier(vkey)),
  }))
  const again = (): Witness =>
    new Witness({
      ...{ cosigner: own, logs, heads: new Heads(folder, key), clock },
      onRefused: ({ kind, checkpoint }) => void refused.push(`${kind} ${checkpoint.size}`),
    })
  return { witness: again(), key, folder, refused, again }
}
