import type { EventEmitter } from 'node:events'

/** How this process is told to stop; a signal to itself, or at once where no command listens for one. */
export interface Stopping {
  readonly listens: () => boolean
  readonly signal: () => void
  readonly exit: () => void
}

const ofThisProcess: Stopping = {
  listens: () => process.listenerCount('SIGINT') > 0,
  signal: () => void process.kill(process.pid, 'SIGINT'),
  exit: () => process.exit(1),
}

/**
 * Whoever read our output may leave, as `head` does: then the ordinary shutdown runs, once and quietly, so that nothing that was
 * started (a database, registries) is left behind. The function that comes back says whether that happened.
 */
export function stopWhenUnread(streams: readonly EventEmitter[], stopping: Stopping = ofThisProcess): () => boolean {
  let unread = false
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (unread) return
      unread = true
      if (stopping.listens()) stopping.signal()
      else stopping.exit()
    })
  return () => unread
}
