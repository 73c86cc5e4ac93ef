import { readSize } from './checkpoint.ts'
import { LogFault } from './log-fault.ts'
import { HASH_BYTES } from './merkle.ts'
import { decodeBase64 } from './note.ts'

/** C2SP tlog-proof: where an entry stands, the path to the root, and the signed head that names the root. */
export interface TlogProof {
  readonly index: number
  /** The leaf's sibling first. */
  readonly path: readonly Uint8Array[]
  /** The signed note, verbatim. */
  readonly checkpoint: string
}

const VERSION = 'c2sp.org/tlog-proof@v1'
/** A tree of fewer than 2^53 entries has no longer path. */
const PATH_LIMIT = 53

export function writeTlogProof({ index, path, checkpoint }: TlogProof): string {
  const hashes = path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
  return `${VERSION}\nindex ${index}\n${hashes}\n${checkpoint}`
}

/** Reads the form only; nothing is true before the checkpoint is opened and the path walked. */
export function readTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n')
  const [version, ...rest] = text.slice(0, Math.max(end, 0)).split('\n')
  // The extra line is not authenticated: it is skipped, never used.
  const [indexLine = '', ...hashLines] = isExtra(rest[0]) ? rest.slice(1) : rest
  const index = indexLine.startsWith('index ') ? readSize(indexLine.slice('index '.length)) : undefined
  if (version !== VERSION || index === undefined || hashLines.length > PATH_LIMIT)
    throw new LogFault('proof-malformed', 'not a tlog-proof of version 1')
  return { index, path: hashLines.map(readHash), checkpoint: text.slice(end + 2) }
}

const isExtra = (line: string | undefined): boolean =>
  line?.startsWith('extra ') === true && decodeBase64(line.slice('extra '.length)) !== undefined

function readHash(line: string): Uint8Array {
  const hash = decodeBase64(line)
  if (hash?.length !== HASH_BYTES) throw new LogFault('proof-malformed', 'a line of the path is no hash')
  return hash
}
