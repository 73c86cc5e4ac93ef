import { pino } from 'pino'
import { describeError } from './describe-error.ts'
import { withoutIdentifiers } from './without-identifiers.ts'

/** The facts that may stand in the operational log. None is personal; whatever has another name is left out. */
const FACTS = [
  'address',
  'attempt',
  'bytes',
  'call',
  'certificate',
  'change',
  'code',
  'consumer',
  'count',
  'days',
  'elapsedMs',
  'entry',
  'env',
  'exchangeId',
  'file',
  'governanceDigest',
  'grant',
  'host',
  'kind',
  'line',
  'method',
  'mistake',
  'operation',
  'outcome',
  'party',
  'pid',
  'port',
  'registry',
  'route',
  'service',
  'signal',
  'stage',
  'status',
  'treeSize',
  'version',
] as const

export type FactName = (typeof FACTS)[number]
export type Facts = { readonly [Name in FactName]?: string | number | boolean | undefined }

/** A line of the operational log: a fixed sentence, named facts, and at most one error, of which only safe parts are written. */
type Write = (message: string, facts?: Facts, error?: unknown) => void

export interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** The same log with facts that stand in each of its lines. */
  readonly with: (facts: Facts) => Logger
}

export interface LoggerOptions {
  readonly level: string
  /** Where lines go; standard error where absent, so that standard output stays for answers. */
  readonly write?: (line: string) => void
}

const allowed: ReadonlySet<string> = new Set(FACTS)

const safeFacts = (facts: Facts): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(facts)
      .filter(([name, value]) => allowed.has(name) && value !== undefined && typeof value !== 'object')
      .map(([name, value]) => [name, typeof value === 'string' ? withoutIdentifiers(value) : value]),
  )

/** Called with a widened type by adapters: their facts pass the same list. */
const lineOf = (facts: Facts | undefined, error: unknown): Record<string, unknown> => ({
  ...safeFacts(facts ?? {}),
  ...(error === undefined ? {} : { error: describeError(error) }),
})

const wrap = (inner: pino.Logger): Logger => {
  const writer =
    (level: 'debug' | 'info' | 'warn' | 'error'): Write =>
    (message, facts, error) => {
      inner[level](lineOf(facts, error), withoutIdentifiers(message))
    }
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    with: (facts) => wrap(inner.child(safeFacts(facts))),
  }
}

/** JSON lines. Bodies, evidence, headers and messages of foreign errors cannot be written by any call. */
export const makeLogger = ({ level, write }: LoggerOptions): Logger => {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ severity: label }) },
  }
  const destination = write === undefined ? pino.destination({ dest: 2, sync: true }) : { write }
  return wrap(pino(options, destination))
}
