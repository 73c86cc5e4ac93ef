import { readSize } from './checkpoint.ts'
import { HASH_BYTES } from './merkle.ts'
import { decodeBase64 } from './note.ts'

/** The body of `add-checkpoint` (C2SP tlog-witness), read; nothing of it is verified. */
export interface AddCheckpoint {
  /** Size of the tree that the asker believes the witness to have cosigned last. */
  readonly old: number
  readonly proof: readonly Uint8Array[]
  /** The signed note. */
  readonly note: string
}

const MOST_HASHES = 63

/** Undefined for what is no such body. */
export function readAddCheckpoint(body: string): AddCheckpoint | undefined {
  const end = body.indexOf('\n\n')
  const [oldLine = '', ...hashLines] = body.slice(0, Math.max(end, 0)).split('\n')
  const old = oldLine.startsWith('old ') ? readSize(oldLine.slice('old '.length)) : undefined
  if (old === undefined || hashLines.length > MOST_HASHES) return undefined
  const proof = hashLines.flatMap((line) => decodeBase64(line) ?? [])
  const areHashes = proof.length === hashLines.length && proof.every(({ length }) => length === HASH_BYTES)
  return areHashes ? { old, proof, note: body.slice(end + 2) } : undefined
}

export const writeAddCheckpoint = ({ old, proof, note }: AddCheckpoint): string =>
  `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`
