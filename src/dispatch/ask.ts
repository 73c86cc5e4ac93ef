import { AdapterFault, type AdapterFaultKind, type CallContext } from '../adapter-kit/adapter.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import type { ProblemCode } from '../problem/codes.ts'
import type { Attempted, Fault } from './attempted.ts'
import { type Limited, untilDeadline } from './limit.ts'
import { plainPlace } from './plain-place.ts'
import type { DispatchPorts } from './ports.ts'
import type { RegistryPolicies } from './registry-policy.ts'
import type { ReadyCall } from './schedule.ts'

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
  /** When that will be, or before: no wait is begun that would end later. */
  readonly endsAt: Date
  readonly progress: Progress
}

const FAULTS = {
  unavailable: 'provider.unavailable',
  busy: 'provider.busy',
  pending: 'provider.pending',
  timeout: 'provider.timeout',
  refused: 'provider.refused',
  'bad-answer': 'provider.bad-answer',
  'bad-signature': 'provider.bad-signature',
} as const satisfies Record<AdapterFaultKind, ProblemCode>

/** Asks as its registry's policy lets it. Fails only for the database. */
export async function askRegistry(
  running: Running,
  ports: DispatchPorts,
  policies: RegistryPolicies,
): Promise<Limited<Attempted>> {
  const { call, deadline, endsAt } = running
  const { operation, idempotent } = call.planned
  // Nothing was known of its operation while its adapter was left out.
  const timeoutMs = call.planned.timeoutMs || (ports.operations.get(operation)?.manifest.timeoutMs ?? 0)
  const policy = policies.get(operation)
  if (policy === undefined || !isOpen(running, ports)) return { value: NOT_OPEN }
  const asking = policy.ask({
    ...{ operation, idempotent, timeoutMs, deadline, endsAt },
    closed: () => ports.closed?.(running.plan),
    beginAgain: (after) => beginAgain(running, ports, after),
    put: (signal) => askOnce(running, ports, signal),
  })
  const asked = await untilDeadline(asking, deadline)
  if ('value' in asked && 'fault' in asked.value && asked.value.unasked === true)
    ports.log.info('the registry was not asked', { ...factsOf(running), code: asked.value.fault })
  return asked
}

/** That this process cannot ask says nothing of the registry: others may have its adapter open. */
const NOT_OPEN = { fault: 'provider.unavailable', unasked: true } as const satisfies Fault

const isOpen = ({ call }: Running, ports: DispatchPorts): boolean =>
  ports.isOpen?.(registryOf(call.planned.operation)) !== false

/** Every attempt has its row before the registry is asked, each further one too. */
async function beginAgain({ plan, call, progress }: Running, ports: DispatchPorts, after: Fault): Promise<boolean> {
  const at = ports.clock()
  await ports.rows.endAttempt(plan, call.name, { number: progress.attempt, fault: after.fault }, at)
  const numbers = await ports.rows.begin(plan, [{ ...call, item: false }], at)
  const number = numbers.get(call.name)
  // What was counted once is within its limits for good; without a number the call has ended elsewhere.
  if (typeof number !== 'number') return false
  progress.attempt = number
  return true
}

async function askOnce(running: Running, ports: DispatchPorts, signal: AbortSignal): Promise<Attempted> {
  const { plan, call, progress } = running
  // It may have been taken out while the question waited for its turn.
  if (!isOpen(running, ports)) return NOT_OPEN
  progress.askedAt = ports.clock()
  progress.put = true
  try {
    return { finding: await ports.ask(call.planned.operation, call.input, contextOf(plan, call, ports, signal)) }
  } catch (error) {
    return faultOf(error, running, ports)
  }
}

/** An adapter that throws anything but an `AdapterFault` is defective; its message may hold personal data. */
function faultOf(error: unknown, running: Running, { log, clock }: DispatchPorts): Fault {
  const known = AdapterFault.is(error) ? error : undefined
  const fault = known === undefined ? 'provider.adapter-defect' : FAULTS[known.kind]
  log.warn('call failed', {
    ...factsOf(running),
    code: fault,
    kind: error instanceof Error ? error.name : typeof error,
  })
  const { retryAfterMs, at } = known ?? {}
  return {
    fault,
    ...(retryAfterMs === undefined ? {} : { notBefore: new Date(clock().getTime() + retryAfterMs) }),
    ...(fault === 'provider.bad-answer' && at !== undefined ? { at: plainPlace(at) } : {}),
  }
}

const factsOf = ({ plan, call }: Running) => ({
  exchangeId: plan.exchangeId,
  call: call.name,
  operation: call.planned.operation,
})

function contextOf(plan: ExchangePlan, call: ReadyCall, ports: DispatchPorts, signal: AbortSignal): CallContext {
  const facts = { exchangeId: plan.exchangeId, call: call.name }
  const verifyAnswer = ports.verifyAnswer?.(registryOf(call.planned.operation))
  return {
    ...facts,
    consumer: { id: plan.consumer, ...ports.consumerOf(plan.consumer) },
    service: { id: plan.service, title: ports.serviceTitle(plan.service) },
    case: plan.case,
    legalBasis: plan.legalBasis.text.bg,
    official: plan.official,
    fields: call.askFor ?? call.planned.fields,
    signal,
    ...(verifyAnswer === undefined ? {} : { verifyAnswer }),
    ...(ports.laterAnswer === undefined ? {} : { later: ports.laterAnswer(plan, call, signal) }),
    log: {
      info: (message, more) => ports.log.info(message, { ...more, ...facts }),
      warn: (message, more) => ports.log.warn(message, { ...more, ...facts }),
    },
  }
}
