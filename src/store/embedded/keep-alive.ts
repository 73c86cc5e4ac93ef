import { setTimeout as pause } from 'node:timers/promises'
import type { EmbeddedServer } from './launch.ts'

const LOOK_EVERY_MS = 500
const LONGEST_PAUSE_MS = 30_000

/** What became of a server that ended while it was wanted: killed, out of memory, out of room. */
export type Revival =
  | { readonly what: 'ended-and-started' }
  /** Told once, and tried again ever less often, every half minute in the end. */
  | { readonly what: 'cannot-be-started'; readonly error: unknown }

/**
 * Starts a server again that ended while it is wanted, at the address that it had. Looking is a signal to its process and a
 * line of `/proc`, no question to the database.
 *
 * @returns what ends the looking; resolves when nothing of it is under way any more.
 */
export function keepAlive(
  { revive }: Pick<EmbeddedServer, 'revive'>,
  onRevival: (revival: Revival) => void,
): () => Promise<void> {
  const stop = new AbortController()
  let failures = 0
  const look = async (): Promise<void> => {
    try {
      if (await revive()) onRevival({ what: 'ended-and-started' })
      failures = 0
    } catch (error) {
      if (failures === 0) onRevival({ what: 'cannot-be-started', error })
      failures += 1
    }
  }
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await look()
      const ms = Math.min(LONGEST_PAUSE_MS, LOOK_EVERY_MS * 2 ** failures)
      await pause(ms, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
    }
  })()
  return () => {
    stop.abort()
    return looking
  }
}
