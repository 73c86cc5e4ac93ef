import { type Checkpoint, readCheckpoint } from '../exchange-log/checkpoint.ts'
import type { Cosigner } from '../exchange-log/cosignature.ts'
import { LogFault } from '../exchange-log/log-fault.ts'
import { EMPTY_ROOT } from '../exchange-log/merkle.ts'
import { verifyConsistency } from '../exchange-log/merkle-verify.ts'
import { type NoteVerifier, openNote, signatureLine, splitNote } from '../exchange-log/note.ts'
import type { CosignedHead, Heads, Refused } from './heads.ts'
import { type AddCheckpoint, readAddCheckpoint } from '../exchange-log/add-checkpoint.ts'

/** A log whose heads are cosigned: its name, and every key that may sign for it. */
export interface WatchedLog {
  readonly origin: string
  readonly keys: readonly NoteVerifier[]
}

/** As HTTP says it (C2SP tlog-witness). */
export type WitnessAnswer =
  /** The cosignature, a signature line. */
  | { readonly status: 200; readonly line: string }
  /** The size that was cosigned last. */
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly why: string }

export interface WitnessOptions {
  readonly cosigner: Cosigner
  readonly logs: readonly WatchedLog[]
  readonly heads: Heads
  readonly clock: () => Date
  /** Told of a head that the log signed, that somebody sent, and that was not cosigned. */
  readonly onRefused: (refused: Refused) => void
}

/** From whom a head and its proof came: anybody may send one, and the log's own address speaks for the log. */
export type HeadFrom = 'sender' | 'log'

/** What the log's key signed, or why it is nothing that may be cosigned. */
export type OpenedHead =
  | { readonly checkpoint: Checkpoint }
  | { readonly status: 400 | 403 | 404; readonly why: string }

/** Signs, of each log, heads that continue the head it signed before, and nothing else. */
export class Witness {
  readonly #options: WitnessOptions
  readonly #logs: ReadonlyMap<string, WatchedLog>

  constructor(options: WitnessOptions) {
    this.#options = options
    this.#logs = new Map(options.logs.map((log) => [log.origin, log]))
  }

  /** The last head that was cosigned. */
  headOf(origin: string): CosignedHead | undefined {
    return this.#options.heads.read(origin)
  }

  get origins(): readonly string[] {
    return [...this.#logs.keys()]
  }

  /** The body of a request, to its answer. */
  answer(body: string): WitnessAnswer {
    const request = readAddCheckpoint(body)
    return request === undefined ? { status: 400, why: 'not a request of tlog-witness' } : this.add(request)
  }

  /** In one turn, from the look at the last head to the next one on disk: of two requests at once, one comes second. */
  add(request: AddCheckpoint, from: HeadFrom = 'sender'): WitnessAnswer {
    const opened = this.open(request.note)
    if ('status' in opened) return opened
    const { checkpoint } = opened
    if (request.old > checkpoint.size) return { status: 400, why: 'the old tree is larger than the new one' }
    const last = this.#options.heads.read(checkpoint.origin)
    if (request.old !== (last?.size ?? 0)) return { status: 409, size: last?.size ?? 0 }
    if (!continues(last, checkpoint, request.proof)) return this.#refuse(checkpoint, request.note, { last, from })
    const line = this.#options.cosigner.cosign(checkpoint, this.#options.clock())
    this.#options.heads.write(checkpoint.origin, `${this.#ofLog(request.note, checkpoint.origin)}${line}`)
    return { status: 200, line }
  }

  /** Whose head it is says an unverified line; what it says counts once that log's key was found under it. */
  open(note: string): OpenedHead {
    try {
      const origin = splitNote(note).text.split('\n', 1)[0] ?? ''
      const log = this.#logs.get(origin)
      if (log === undefined) return { status: 404, why: 'this witness does not know the log' }
      return { checkpoint: readCheckpoint(openNote(note, log.keys).text) }
    } catch (error) {
      if (!(error instanceof LogFault)) throw error
      return error.kind === 'note-untrusted'
        ? { status: 403, why: 'no key of the log signed this' }
        : { status: 400, why: 'not a checkpoint' }
    }
  }

  #refuse(
    checkpoint: Checkpoint,
    note: string,
    { last, from }: { readonly last: CosignedHead | undefined; readonly from: HeadFrom },
  ): WitnessAnswer {
    const { heads, onRefused } = this.#options
    const isForked = from === 'log' || differs(last, checkpoint)
    const refused: Refused = { kind: isForked ? 'forked' : 'unproven', checkpoint }
    heads.keepRefused(refused, note, last?.note)
    if (from === 'sender') onRefused(refused)
    return { status: 422, why: 'the checkpoint was not shown to continue the one before' }
  }

  /** Without signatures of strangers: the witness passes on what it verified. */
  #ofLog(note: string, origin: string): string {
    const { text, lines } = splitNote(note)
    const keys = this.#logs.get(origin)?.keys ?? []
    const own = lines.filter((line) => keys.some(({ name, keyId }) => name === line.name && keyId === line.keyId))
    return `${text}\n${own.map((line) => signatureLine(line, line.signature)).join('')}`
  }
}

/** Of one size and with two roots. */
const differs = (last: Checkpoint | undefined, next: Checkpoint): boolean =>
  next.size === (last?.size ?? 0) && !Buffer.from(next.root).equals(last?.root ?? EMPTY_ROOT)

/** A log that was never seen has shown the empty tree, of which every tree is a continuation. */
function continues(last: Checkpoint | undefined, next: Checkpoint, proof: readonly Uint8Array[]): boolean {
  const { size: oldSize, root: oldRoot } = last ?? { size: 0, root: EMPTY_ROOT }
  return verifyConsistency({ oldSize, oldRoot, size: next.size, root: next.root, proof })
}
