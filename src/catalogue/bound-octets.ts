import { Session } from 'node:inspector'

const LOOK_EVERY_MS = 200
const OCTETS_OF_MB = 1_048_576

/**
 * Ends this thread where it keeps more in buffers than it may: the limit that Node puts on a thread is one on objects, and the answers
 * of registries are octets, which lie beside them. What nothing holds any more is given back before anybody is judged by it.
 */
export function boundOctets(limitMb: number): void {
  const isOver = (): boolean => process.memoryUsage().arrayBuffers > limitMb * OCTETS_OF_MB
  setInterval(() => {
    if (!isOver()) return
    collectGarbage()
    if (isOver()) process.exit(1)
  }, LOOK_EVERY_MS).unref()
}

function collectGarbage(): void {
  const session = new Session()
  session.connect()
  session.post('HeapProfiler.collectGarbage')
  session.disconnect()
}
