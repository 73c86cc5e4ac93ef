import type { ProblemCode } from '../problem/codes.ts'
import type { Logger } from './logger.ts'
import { networkOf } from './network.ts'

export interface SecurityEvent {
  readonly code: ProblemCode
  /** IP address of the caller. */
  readonly address: string
  /** SHA-256 of its certificate, lower-case hex. */
  readonly certificate?: string
}

/**
 * What unverified callers were refused for: reason code, network, beginning of the certificate's digest. No body, no
 * header, no whole address: who must know more asks the firewall. A flood is counted, not written line by line.
 */
export interface SecurityLog {
  readonly refused: (event: SecurityEvent) => void
  /** Counts without a line. */
  readonly counted: (code: ProblemCode) => void
  /** Writes what was only counted, and ends. */
  readonly close: () => void
}

export interface SecurityLogOptions {
  readonly logger: Logger
  /** Lines of single refusals within one period. */
  readonly linesPerPeriod?: number
  readonly periodMs?: number
}

export function createSecurityLog({
  logger,
  linesPerPeriod = 100,
  periodMs = 60_000,
}: SecurityLogOptions): SecurityLog {
  const unwritten = new Map<ProblemCode, number>()
  let lines = 0
  const summarise = (): void => {
    for (const [code, count] of unwritten) logger.warn('more callers were refused than are written', { code, count })
    unwritten.clear()
    lines = 0
  }
  const timer = setInterval(summarise, periodMs)
  timer.unref()
  const count = (code: ProblemCode): void => void unwritten.set(code, (unwritten.get(code) ?? 0) + 1)
  return {
    refused: ({ code, address, certificate }) => {
      lines += 1
      if (lines > linesPerPeriod) {
        count(code)
        return
      }
      const digest = certificate === undefined ? {} : { certificate: beginningOf(certificate) }
      logger.warn('a caller was refused', { code, address: networkOf(address, NOBODY_IN_PARTICULAR), ...digest })
    },
    counted: count,
    close: () => {
      clearInterval(timer)
      summarise()
    },
  }
}

/** Enough to find it among the registered ones; in pairs, so that nothing of it looks like an identifier of a person. */
const beginningOf = (certificate: string): string => certificate.slice(0, 16).match(/../g)?.join(':') ?? ''

/** The last octet of IPv4 and all but the first three groups of IPv6 may be one person's. */
const NOBODY_IN_PARTICULAR = { v4: 24, v6: 48 }
