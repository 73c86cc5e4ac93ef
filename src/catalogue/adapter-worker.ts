import { parentPort, workerData } from 'node:worker_threads'
import { AdapterFault, type OpenAdapter, type OperationHandler } from '../adapter-kit/adapter.ts'
import type { LaterHandler } from '../adapter-kit/later-answer.ts'
import { boundOctets } from './bound-octets.ts'
import { importAdapter } from './import-adapter.ts'
import { LentByEdno } from './lent-by-edno.ts'
import type { WorkerSource } from './start-thread.ts'
import { type FromWorker, plainFault, type ToWorker } from './thread-messages.ts'

/** The thread of one adapter that asked for one: see `start-thread.ts`. */
const source = workerData as WorkerSource
const send = (message: FromWorker): void => parentPort?.postMessage(message)
const calls = new Map<number, AbortController>()
const lentByEdno = new LentByEdno(source, send)

async function run(): Promise<void> {
  boundOctets(source.memoryMb)
  const module = await importAdapter(source)
  if (typeof module === 'string') {
    send({ kind: 'broken', reason: module })
    return
  }
  const { endpoint, folder, manifest } = source
  if (endpoint === undefined) {
    send({ kind: 'open', operations: [] })
    return
  }
  const adapter = await module.open({ endpoint, folder, manifest })
  parentPort?.on('message', (message: ToWorker) => void take(adapter, message))
  const operations = Object.entries(adapter.operations)
  send({ kind: 'open', operations: operations.map(([key, { later }]) => ({ key, later: later !== undefined })) })
}

async function take(adapter: OpenAdapter, message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'abort':
      calls.get(message.id)?.abort()
      break
    case 'ping':
      send({ kind: 'pong' })
      break
    case 'reply':
      lentByEdno.reply(message)
      break
    case 'close':
      await adapter[Symbol.asyncDispose]()
      send({ kind: 'closed' })
      break
    default:
      await answer(adapter, message)
  }
}

type Question = Extract<ToWorker, { kind: 'ask' | 'judge' | 'acknowledge' }>

async function answer(adapter: OpenAdapter, question: Question): Promise<void> {
  const { id } = question
  const call = new AbortController()
  calls.set(id, call)
  try {
    send(await answerOf(handlerIn(adapter, question.key), question, call.signal))
  } catch (error) {
    send({ kind: 'fault', id, fault: plainFault(error) })
  } finally {
    calls.delete(id)
  }
}

async function answerOf(handler: OperationHandler, question: Question, signal: AbortSignal): Promise<FromWorker> {
  const { id, kind } = question
  if (kind === 'ask') return { kind: 'finding', id, finding: await ask(handler, question, signal) }
  if (kind === 'acknowledge') await laterOf(handler).acknowledge(question.promise, signal)
  else
    await laterOf(handler).judge(question.raw, question.promise, lentByEdno.contextOf(id, question.lent).verifyAnswer)
  return { kind: 'done', id }
}

const ask = (
  handler: OperationHandler,
  { id, input, context, lent }: Extract<Question, { kind: 'ask' }>,
  signal: AbortSignal,
): ReturnType<OperationHandler> => {
  const tell =
    (level: 'info' | 'warn') =>
    (message: string, facts: Record<string, string | number> = {}): void =>
      send({ kind: 'log', id, level, message, facts })
  const log = { info: tell('info'), warn: tell('warn') }
  return handler(input, { ...context, ...lentByEdno.contextOf(id, lent), signal, log })
}

function handlerIn({ operations }: OpenAdapter, key: string): OperationHandler {
  const handler = operations[key]
  if (handler === undefined) throw new AdapterFault('unavailable', 'the adapter has no such handler')
  return handler
}

function laterOf({ later }: OperationHandler): LaterHandler {
  if (later === undefined) throw new AdapterFault('unavailable', 'its registry does not answer later')
  return later
}

run().catch((error: unknown) =>
  send({ kind: 'broken', reason: error instanceof Error ? error.message : 'unknown reason' }),
)
