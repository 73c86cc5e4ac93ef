import type {
  CallContext,
  OpenAdapter,
  OperationHandler,
  OperationInput,
  RegistryEndpoint,
} from '../adapter-kit/adapter.ts'
import type { LaterHandler } from '../adapter-kit/later-answer.ts'
import { AdapterThread } from './adapter-thread.ts'
import type { AdapterEntry } from './entries.ts'
import type { ThreadSource } from './start-thread.ts'

/** Nobody waits as long for a registry that sent its answer of itself. */
const JUDGING_MS = 10_000

/**
 * Opens an adapter in a thread of its own, which has a memory of its own, and none of edno's environment. Where it takes too
 * much of it, dies, or hangs (once the time of a question is over it says nothing to a sign of life), its questions fail as `unavailable`,
 * and the next one finds a new thread. What signed answers rest on, and what is kept of promised ones, stays in edno's thread, which
 * verifies and keeps for it.
 */
export async function openIsolated(entry: AdapterEntry, endpoint: RegistryEndpoint): Promise<OpenAdapter> {
  const { folder, manifest, digest, plugged } = entry
  const source: ThreadSource = { folder, manifest, digest, endpoint, ownName: plugged ? undefined : manifest.id }
  let thread = new AdapterThread(source)
  const operations = await thread.opened
  const current = (): AdapterThread => (thread.ended ? (thread = new AdapterThread(source)) : thread)
  return {
    operations: Object.fromEntries(operations.map(({ key, later }) => [key, handlerOf(key, later, current)])),
    [Symbol.asyncDispose]: () => thread.close(),
  }
}

function handlerOf(key: string, answersLater: boolean, current: () => AdapterThread): OperationHandler {
  const handler = (input: OperationInput, context: CallContext) => current().ask(key, input, context)
  if (!answersLater) return handler
  const later: LaterHandler = {
    judge: (raw, promise, verifyAnswer) => {
      const help = verifyAnswer === undefined ? {} : { verifyAnswer }
      return current().judge(key, { raw, promise }, help, AbortSignal.timeout(JUDGING_MS))
    },
    acknowledge: (promise, signal) => current().acknowledge(key, promise, signal),
  }
  return Object.assign(handler, { later })
}
