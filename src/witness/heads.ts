import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, readCheckpoint } from '../exchange-log/checkpoint.ts'
import { type CosignatureVerifier, cosignaturesOf } from '../exchange-log/cosignature.ts'
import { openNote } from '../exchange-log/note.ts'

/** The last head that this witness cosigned of one log. */
export interface CosignedHead extends Checkpoint {
  /** The note, with the log's signatures and the cosignature. */
  readonly note: string
  /** When. */
  readonly at: Date
}

/**
 * `forked`: the log's key signed two histories. `unproven`: the head came with a proof that does not hold, which the log,
 * or anybody who sends somebody else's head, may have spoilt.
 */
export type RefusedKind = 'forked' | 'unproven'

export interface Refused {
  readonly kind: RefusedKind
  readonly checkpoint: Checkpoint
}

/** A file that keeps a refused head. */
export interface KeptHead {
  readonly kind: RefusedKind
  readonly file: string
  readonly size: number
}

/** How heads of this origin are named in addresses and files. */
export const headName = (origin: string): string => createHash('sha256').update(origin).digest('hex')

/** Of one log and kind; more of them say no more. */
const MOST_REFUSED = 16
const REFUSED = /^[0-9a-f]{64}\.(forked|unproven)\.(\d+)\.[0-9a-f]{16}$/

/**
 * One small file for each log. All of it is synchronous: between reading a head and writing the next nothing else of this
 * process runs, which is what makes "compare and set" one step.
 */
export class Heads {
  readonly #folder: string
  readonly #own: CosignatureVerifier

  constructor(folder: string, own: CosignatureVerifier) {
    this.#folder = folder
    this.#own = own
  }

  /**
   * Undefined for a log that was never cosigned, and for nothing else: a file that is damaged or of another key must not
   * let the witness begin anew.
   *
   * @throws LogFault where the file is not what this witness wrote.
   */
  read(origin: string): CosignedHead | undefined {
    return this.#read(this.#file(origin))
  }

  /** Of every log that was ever cosigned. */
  all(): CosignedHead[] {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith('.checkpoint'))
    return names.flatMap((name) => this.#read(join(this.#folder, name)) ?? [])
  }

  #read(file: string): CosignedHead | undefined {
    const note = textOf(file)
    if (note === undefined) return undefined
    const checkpoint = readCheckpoint(openNote(note, [this.#own]).text)
    const [cosigned] = cosignaturesOf(note, this.#own)
    return cosigned && { ...checkpoint, note, at: cosigned.at }
  }

  /** Durable when it returns: the bytes, then the name, then the folder. */
  write(origin: string, note: string): void {
    const file = this.#file(origin)
    const fresh = `${file}.new`
    writeThrough(fresh, note)
    renameSync(fresh, file)
    syncFolder(this.#folder)
  }

  /** Keeps what the log signed, and beside it the head that it had shown before: both together prove a fork. */
  keepRefused({ kind, checkpoint }: Refused, note: string, before: string | undefined): void {
    const { origin, size, root } = checkpoint
    const prefix = `${headName(origin)}.${kind}.`
    if (this.refused().filter(({ file }) => file.startsWith(prefix)).length >= MOST_REFUSED) return
    const name = `${prefix}${size}.${Buffer.from(root).toString('hex', 0, 8)}`
    if (before !== undefined) writeThrough(join(this.#folder, `${name}.before`), before)
    writeThrough(join(this.#folder, name), note)
    syncFolder(this.#folder)
  }

  refused(): KeptHead[] {
    return readdirSync(this.#folder).flatMap((file) => {
      const [, kind, size] = REFUSED.exec(file) ?? []
      return kind === undefined ? [] : [{ kind: kind as RefusedKind, file, size: Number(size) }]
    })
  }

  #file(origin: string): string {
    return join(this.#folder, `${headName(origin)}.checkpoint`)
  }
}

function writeThrough(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o644)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
