import { bulkhead, type BulkheadPolicy, ExponentialBackoff, handleWhenResult, retry } from 'cockatiel'
import { AdapterFault, type AdapterFaultKind, type CallContext, type Finding } from '../adapter-kit/adapter.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import type { OperationRef } from '../model/ids.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { limit, type Limited, untilDeadline } from './limit.ts'
import type { DispatchLog, DispatchPorts, DispatchedOperation } from './ports.ts'
import type { ReadyCall } from './schedule.ts'

/** What one attempt brought; a fault is told, never thrown. */
export type Attempted = { readonly finding: Finding } | { readonly fault: ProblemCode }

/** How often the registry was asked, and when last; kept up to date while the call runs. */
export interface Progress {
  attempt: number
  askedAt: Date
  /** A question went to the registry's adapter, in this run. */
  put: boolean
}

/** One call that runs in one exchange. */
export interface Running {
  readonly plan: ExchangePlan
  readonly call: ReadyCall
  /** Aborts when the answer must leave. */
  readonly deadline: AbortSignal
  readonly progress: Progress
}

const FAULTS = {
  unavailable: 'provider.unavailable',
  timeout: 'provider.timeout',
  refused: 'provider.refused',
  'bad-answer': 'provider.bad-answer',
} as const satisfies Record<AdapterFaultKind, ProblemCode>

/** A registry that restarts is back soon; one that is down is not asked more than twice. */
const RETRIES = 1
const BACKOFF = { initialDelay: 50, maxDelay: 400 }

const isUnavailable = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'fault' in result && result.fault === 'provider.unavailable'

const again = retry(handleWhenResult(isUnavailable), { maxAttempts: RETRIES, backoff: new ExponentialBackoff(BACKOFF) })

/** As many calls of an operation at once as its registry allows; the others wait, but not beyond their deadline. */
export type Bulkheads = ReadonlyMap<OperationRef, BulkheadPolicy>

export const makeBulkheads = (operations: ReadonlyMap<OperationRef, DispatchedOperation>): Bulkheads =>
  new Map(
    [...operations].map(([ref, { manifest }]) => [ref, bulkhead(manifest.maxConcurrent, Number.POSITIVE_INFINITY)]),
  )

/** Asks until there is an answer, a fault that asking again does not mend, or no time left. Fails only for the database. */
export async function askRegistry(
  running: Running,
  ports: DispatchPorts,
  bulkheads: Bulkheads,
): Promise<Limited<Attempted>> {
  const { planned } = running.call
  const slots = bulkheads.get(planned.operation)
  if (slots === undefined) return { value: { fault: 'provider.unavailable' } }
  const task = (): Promise<Limited<Attempted>> =>
    limit((signal) => askWithRetry(running, ports, signal), planned.timeoutMs, running.deadline)
  return untilDeadline(slots.execute(task), running.deadline)
}

async function askWithRetry(running: Running, ports: DispatchPorts, signal: AbortSignal): Promise<Attempted> {
  const first = running.progress.attempt
  const attempt = async (): Promise<Attempted> => {
    if (signal.aborted) return { fault: 'provider.timeout' }
    return askOnce(running, ports, signal)
  }
  if (!running.call.planned.idempotent) return attempt()
  return again.execute(async ({ attempt: number }) => {
    if (number > 0 && running.progress.attempt === first) await beginAgain(running, ports)
    return attempt()
  })
}

/** Every attempt has its row before the registry is asked, the second one too. */
async function beginAgain({ plan, call, progress }: Running, ports: DispatchPorts): Promise<void> {
  const at = ports.clock()
  const ended = { number: progress.attempt, fault: 'provider.unavailable' }
  await ports.rows.endAttempt(plan, call.name, ended, at)
  const numbers = await ports.rows.begin(plan, [{ ...call, item: false }], at)
  const number = numbers.get(call.name)
  // What was counted once is within its limits for good.
  progress.attempt = typeof number === 'number' ? number : progress.attempt + 1
}

async function askOnce(running: Running, ports: DispatchPorts, signal: AbortSignal): Promise<Attempted> {
  const { plan, call, progress } = running
  progress.askedAt = ports.clock()
  progress.put = true
  try {
    return { finding: await ports.ask(call.planned.operation, call.input, contextOf(plan, call, ports, signal)) }
  } catch (error) {
    return { fault: faultOf(error, running, ports.log) }
  }
}

/** An adapter that throws anything but an `AdapterFault` is defective; its message may hold personal data. */
function faultOf(error: unknown, { plan, call }: Running, log: DispatchLog): ProblemCode {
  const fault = AdapterFault.is(error) ? FAULTS[error.kind] : 'provider.adapter-defect'
  log.warn('call failed', {
    exchangeId: plan.exchangeId,
    call: call.name,
    operation: call.planned.operation,
    code: fault,
    kind: error instanceof Error ? error.name : typeof error,
  })
  return fault
}

function contextOf(plan: ExchangePlan, call: ReadyCall, ports: DispatchPorts, signal: AbortSignal): CallContext {
  const facts = { exchangeId: plan.exchangeId, call: call.name }
  return {
    ...facts,
    consumer: { id: plan.consumer, ...ports.consumerOf(plan.consumer) },
    service: { id: plan.service, title: ports.serviceTitle(plan.service) },
    case: plan.case,
    legalBasis: plan.legalBasis.text.bg,
    official: plan.official,
    fields: call.planned.fields,
    signal,
    log: {
      info: (message, more) => ports.log.info(message, { ...more, ...facts }),
      warn: (message, more) => ports.log.warn(message, { ...more, ...facts }),
    },
  }
}
