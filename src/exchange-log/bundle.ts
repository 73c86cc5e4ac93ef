import { LogFault } from './log-fault.ts'

/** tlog-tiles: before each entry its length, big-endian in two bytes. */
const LENGTH_BYTES = 2

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

/** Exactly `width` entries, and not a byte more. */
export function entrySpans(bundle: Buffer, width: number): EntrySpan[] {
  const spans: EntrySpan[] = []
  let at = 0
  while (at + LENGTH_BYTES <= bundle.length) {
    const from = at + LENGTH_BYTES
    at = from + bundle.readUInt16BE(at)
    spans.push({ from, to: at })
  }
  if (at !== bundle.length || spans.length !== width)
    throw new LogFault('bundle-malformed', `the bundle has no ${width} whole entries`)
  return spans
}
