import { LogFault } from './log-fault.ts'

/** tlog-tiles: before each entry its length, big-endian in two bytes. */
export const LENGTH_BYTES = 2

export function writeBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}

/** Where an entry lies in its bundle; the two bytes before it are its length. */
export interface EntrySpan {
  readonly from: number
  readonly to: number
}

/** Where the entries end; each begins two bytes after the one before it. Exactly `width` entries, and not a byte more. */
export function entryEnds(bundle: Buffer, width: number): Int32Array {
  const ends = new Int32Array(width)
  let [at, count] = [0, 0]
  for (; count < width && at + LENGTH_BYTES <= bundle.length; count += 1) {
    at += LENGTH_BYTES + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0))
    ends[count] = at
  }
  if (at !== bundle.length || count !== width)
    throw new LogFault('bundle-malformed', `the bundle has no ${width} whole entries`)
  return ends
}

export const entrySpans = (bundle: Buffer, width: number): EntrySpan[] => {
  const ends = entryEnds(bundle, width)
  return Array.from(ends, (to, i) => ({ from: (ends[i - 1] ?? 0) + LENGTH_BYTES, to }))
}
