import { readBundle } from '../pki/chain-certificate.ts'
import { findPath } from '../pki/find-path.ts'
import { isOver, readTimeStampToken, type TimeStampToken } from '../pki/time-stamp-token.ts'
import { type Checkpoint, checkpointText } from './checkpoint.ts'
import type { LogSource, StampedHead } from './log-source.ts'
import type { NoteVerifier } from './note.ts'
import { headOf, type Waypoint } from './verified-heads.ts'

/** The stamps of a log, each judged by itself; whether the log continues their heads is found on the way through it. */
export interface JudgedStamps {
  readonly heads: readonly Waypoint[]
  /** The first that is not whole, or not over the head that it lies beside. */
  readonly broken?: string
  /** The first whose authority is not believed. */
  readonly strange?: string
  /** The newest that counts. */
  readonly newest?: { readonly size: number; readonly at: string; readonly by: string }
}

/** `authorities`: PEM, any number. */
export async function judgeStamps(source: LogSource, key: NoteVerifier, authorities: string): Promise<JudgedStamps> {
  const anchors = readBundle(Buffer.from(authorities))
  const judged: JudgedStamp[] = []
  for await (const stamped of source.stampedHeads?.(0) ?? []) judged.push(judgeStamp(stamped, key, anchors))
  const broken = firstOf(judged, 'broken') ?? (judged.length === 0 ? 'no stamp' : undefined)
  const strange = firstOf(judged, 'strange')
  const good = judged.flatMap((one) => (one.is === 'good' ? [one] : []))
  const newest = good.at(-1)
  return {
    heads: good.map(({ head, at }) => ({ ...head, what: 'stamps.hold', stampedAt: at })),
    ...(broken === undefined ? {} : { broken }),
    ...(strange === undefined ? {} : { strange }),
    ...(newest === undefined ? {} : { newest: { size: newest.size, at: newest.at.toISOString(), by: newest.by } }),
  }
}

type JudgedStamp =
  | { readonly is: 'broken' | 'strange'; readonly size: number }
  | { readonly is: 'good'; readonly size: number; readonly head: Checkpoint; readonly at: Date; readonly by: string }

const firstOf = (judged: readonly JudgedStamp[], fault: 'broken' | 'strange'): string | undefined => {
  const found = judged.find(({ is }) => is === fault)
  return found && `size ${found.size}`
}

/** By itself: its own signature, the head that it is over, whose it is. */
function judgeStamp({ size, note, token }: StampedHead, key: NoteVerifier, anchors: Anchors): JudgedStamp {
  const head = headOf(note, key)
  const read = readTimeStampToken(token)
  if (head?.size !== size || typeof read === 'string' || !isOver(read, Buffer.from(checkpointText(head))))
    return { is: 'broken', size }
  if (!isBelieved(read, anchors)) return { is: 'strange', size }
  return { is: 'good', size, head, at: read.at, by: read.signer.certificate.subject }
}

type Anchors = ReturnType<typeof readBundle>

/** Whether its certificate was revoked cannot be asked here. */
const isBelieved = ({ signer, at }: TimeStampToken, anchors: Anchors): boolean =>
  findPath(signer.certificate, { anchors, intermediates: signer.offered }, 'time-stamp', at).trusted
