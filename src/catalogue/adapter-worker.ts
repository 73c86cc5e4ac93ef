import { parentPort, workerData } from 'node:worker_threads'
import { AdapterFault, type OpenAdapter } from '../adapter-kit/adapter.ts'
import { importAdapter } from './import-adapter.ts'
import type { FromWorker, PlainFault, ToWorker, WorkerSource } from './isolated-adapter.ts'

/** The thread of one adapter that asked for one: see `isolated-adapter.ts`. */
const source = workerData as WorkerSource
const send = (message: FromWorker): void => parentPort?.postMessage(message)
const calls = new Map<number, AbortController>()

async function run(): Promise<void> {
  const module = await importAdapter(source)
  if (typeof module === 'string') {
    send({ kind: 'broken', reason: module })
    return
  }
  const { endpoint, folder, manifest } = source
  const adapter = await module.open({ endpoint, folder, manifest })
  parentPort?.on('message', (message: ToWorker) => void take(adapter, message))
  send({ kind: 'open', keys: Object.keys(adapter.operations) })
}

async function take(adapter: OpenAdapter, message: ToWorker): Promise<void> {
  if (message.kind === 'abort') calls.get(message.id)?.abort()
  else if (message.kind === 'ping') send({ kind: 'pong' })
  else if (message.kind === 'ask') await ask(adapter, message)
  else {
    await adapter[Symbol.asyncDispose]()
    send({ kind: 'closed' })
  }
}

async function ask(
  adapter: OpenAdapter,
  { id, key, input, context }: Extract<ToWorker, { kind: 'ask' }>,
): Promise<void> {
  const call = new AbortController()
  calls.set(id, call)
  const tell =
    (level: 'info' | 'warn') =>
    (message: string, facts: Record<string, string | number> = {}): void =>
      send({ kind: 'log', id, level, message, facts })
  try {
    const handler = adapter.operations[key]
    if (handler === undefined) throw new AdapterFault('unavailable', 'the adapter has no such handler')
    const finding = await handler(input, {
      ...context,
      signal: call.signal,
      log: { info: tell('info'), warn: tell('warn') },
    })
    send({ kind: 'finding', id, finding })
  } catch (error) {
    send({ kind: 'fault', id, fault: plain(error) })
  } finally {
    calls.delete(id)
  }
}

function plain(error: unknown): PlainFault {
  if (!AdapterFault.is(error)) return { kind: 'defect', message: `the adapter threw a ${typeof error}` }
  const { kind, message, retryAfterMs, at } = error
  return { kind, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(at === undefined ? {} : { at }) }
}

run().catch((error: unknown) =>
  send({ kind: 'broken', reason: error instanceof Error ? error.message : 'unknown reason' }),
)
