import { aroseInEdno } from '../catalogue/adapter-folders.ts'
import type { Logger } from '../ops/logger.ts'

/** Longer than any good end: what an error left behind may keep the process from one. */
const ENDS_WITHIN_MS = 60_000

/**
 * Errors that nobody handles. One that an adapter left (a promise without an end, a timer), or a connection, is told, and edno goes on: what
 * an adapter owes is counted by its deadline. One of edno's own leaves it in a state that nobody knows: it ends in good order, with 1, to be
 * started anew; rows and log are as whole as after a kill.
 *
 * @returns what resolves at the first of the second kind.
 */
export const untilOwnError = (logger: Logger): Promise<'error'> =>
  new Promise((resolve) => {
    const hear = (error: unknown): void => {
      if (!aroseInEdno(error)) {
        logger.error('an adapter or a connection left an error that nobody handles', {}, error)
        return
      }
      logger.error('an error that nobody handles: edno ends, to be started anew', {}, error)
      process.exitCode = 1
      setTimeout(() => process.exit(1), ENDS_WITHIN_MS).unref()
      resolve('error')
    }
    process.on('unhandledRejection', hear)
    process.on('uncaughtException', hear)
  })
