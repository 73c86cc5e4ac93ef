import { type ChainCertificate, readBundle } from '../pki/chain-certificate.ts'
import { findPath } from '../pki/find-path.ts'
import { isOver, readTimeStampToken, type TimeStampToken } from '../pki/time-stamp-token.ts'
import type { VerifiedSeal } from '../signature/verify-seal.ts'

/** When an answer was stamped, and by whom, as the stamp says. */
export interface AnswerStamp {
  /** RFC 3339. */
  readonly at: string
  readonly by: string
}

/** The certificate that stamped, and when. */
export interface Stamper {
  readonly certificate: ChainCertificate
  readonly at: Date
}

export interface JudgedStamp {
  readonly stamper?: Stamper
  readonly stamp?: AnswerStamp
  readonly findings: readonly {
    readonly what: 'answer.time-stamp' | 'answer.time-stamp-authority'
    readonly holds: boolean
  }[]
}

/**
 * Offline: is the stamp whole, over this signature, and of an authority (PEM, any number) that the holder believes? Without
 * any the last stays open. Whether its certificate was revoked cannot be asked here; a container of evidence may tell it.
 */
export function judgeStamp({ token, over }: NonNullable<VerifiedSeal['stamp']>, authorities?: string): JudgedStamp {
  const read = readTimeStampToken(token)
  if (typeof read === 'string' || !isOver(read, over))
    return { findings: [{ what: 'answer.time-stamp', holds: false }] }
  return {
    stamper: { certificate: read.signer.certificate, at: read.at },
    stamp: { at: read.at.toISOString(), by: read.signer.certificate.subject },
    findings: [
      { what: 'answer.time-stamp', holds: true },
      ...(authorities === undefined
        ? []
        : [{ what: 'answer.time-stamp-authority' as const, holds: isBelieved(read, authorities) }]),
    ],
  }
}

const isBelieved = ({ signer, at }: TimeStampToken, authorities: string): boolean =>
  findPath(
    signer.certificate,
    { anchors: readBundle(Buffer.from(authorities)), intermediates: signer.offered },
    'time-stamp',
    at,
  ).trusted
