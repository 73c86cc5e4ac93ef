import { BrokerError } from '../problem/broker-error.ts'
import { withoutIdentifiers } from './without-identifiers.ts'

export interface ErrorDescription {
  readonly name: string
  readonly code?: string
  /** Only where edno wrote it: the message of a library may repeat what it was given. */
  readonly detail?: string
  /** Places in the code. */
  readonly at: readonly string[]
  readonly cause?: ErrorDescription
}

const FRAMES = 8
const CAUSES = 4

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' && /^[\w.-]{1,60}$/.test(error.code) ? error.code : undefined

const framesOf = (error: Error): readonly string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, FRAMES)
    .map((line) => line.trim())

/** What may be written down of an error: its kind, its code, where it arose, and the same of its causes. */
export const describeError = (error: unknown, depth = 0): ErrorDescription => {
  if (!(error instanceof Error)) return { name: typeof error, at: [] }
  const code = codeOf(error)
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(error instanceof BrokerError ? { detail: withoutIdentifiers(error.detail) } : {}),
    at: framesOf(error),
    ...(error.cause === undefined || depth === CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
}
