/** A log as C2SP tlog-tiles lays it out: rows, a folder or an address. Undefined for what is not there. */
export interface LogSource {
  /** The bytes are the reader's own: it may write on them. */
  readonly read: (path: string) => Promise<Buffer | undefined>
  /** Notes of older heads that lie beside the newest, where the source can tell. */
  readonly olderHeads?: () => Promise<readonly string[]>
  /** Heads with a time stamp, the smallest first, from this size on; where the source can tell. */
  readonly stampedHeads?: (from: number) => AsyncIterable<StampedHead>
}

export interface StampedHead {
  readonly size: number
  /** The signed note. */
  readonly note: string
  /** RFC 3161, DER, over the text of the note. */
  readonly token: Uint8Array
}

/** What is read ahead of its use: the way to a source is slower than the hashes. */
const AHEAD = 4

/** Gives the files in order, reading some ahead; a failure is thrown when its turn comes. */
export function readAhead(source: LogSource, paths: Iterator<string, void>): () => Promise<Buffer | undefined> {
  const waiting: Promise<Buffer | undefined>[] = []
  const begin = (): void => {
    const { value, done } = paths.next()
    if (done === true) return
    const reading = source.read(value)
    reading.catch(() => undefined)
    waiting.push(reading)
  }
  for (let i = 0; i < AHEAD; i += 1) begin()
  return async () => {
    const reading = waiting.shift()
    begin()
    return reading
  }
}
