import { readBundle } from '../pki/chain-certificate.ts'
import { findPath } from '../pki/find-path.ts'
import { isOver, readTimeStampToken, type TimeStampToken } from '../pki/time-stamp-token.ts'
import { checkpointText } from './checkpoint.ts'
import type { LogSource } from './log-source.ts'
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
  const heads: Waypoint[] = []
  const first: { broken?: string; strange?: string } = {}
  let newest: JudgedStamps['newest']
  for await (const { size, note, token } of source.stampedHeads?.(0) ?? []) {
    const head = headOf(note, key)
    const read = readTimeStampToken(token)
    if (head?.size !== size || typeof read === 'string' || !isOver(read, Buffer.from(checkpointText(head)))) {
      first.broken ??= `size ${size}`
      continue
    }
    if (isBelieved(read, anchors)) {
      heads.push({ ...head, what: 'stamps.hold', stampedAt: read.at })
      newest = { size, at: read.at.toISOString(), by: read.signer.certificate.subject }
    } else first.strange ??= `size ${size}`
  }
  if (newest === undefined) first.broken ??= 'no stamp'
  return { heads, ...first, ...(newest === undefined ? {} : { newest }) }
}

/** Whether its certificate was revoked cannot be asked here. */
const isBelieved = ({ signer, at }: TimeStampToken, anchors: ReturnType<typeof readBundle>): boolean =>
  findPath(signer.certificate, { anchors, intermediates: signer.offered }, 'time-stamp', at).trusted
