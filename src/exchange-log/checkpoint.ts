import { LogFault } from './log-fault.ts'
import { HASH_BYTES } from './merkle.ts'
import { decodeBase64, type NoteSigner, type NoteVerifier, openNote, signNote } from './note.ts'

/** C2SP tlog-checkpoint: the head of the log. */
export interface Checkpoint {
  /** URL of the log without scheme; equal to the name of its key. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** Three lines; no extension lines, since nobody could audit them. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`

/** Sizes that a double cannot hold exactly are refused rather than rounded. */
export function readSize(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined
  const size = Number(text)
  return Number.isSafeInteger(size) ? size : undefined
}

export function readCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, end, ...more] = text.split('\n')
  const size = readSize(sizeText ?? '')
  const root = decodeBase64(rootText ?? '')
  if (!origin || size === undefined || root?.length !== HASH_BYTES || end !== '' || more.length > 0)
    throw new LogFault('checkpoint-malformed', 'a checkpoint is origin, size and root, one line each')
  return { origin, size, root }
}

export const signCheckpoint = (checkpoint: Checkpoint, signers: readonly NoteSigner[]): string =>
  signNote(checkpointText(checkpoint), signers)

/** Verifies before it reads; the origin must be the name of the log's key. */
export function openCheckpoint(note: string, log: NoteVerifier): Checkpoint {
  const checkpoint = readCheckpoint(openNote(note, [log]).text)
  if (checkpoint.origin !== log.name)
    throw new LogFault('checkpoint-origin', 'the checkpoint is of another log than the key')
  return checkpoint
}
