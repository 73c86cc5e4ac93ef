import { setTimeout as pause } from 'node:timers/promises'
import { bulkhead, type BulkheadPolicy, DelegateBackoff, handleWhenResult, retry } from 'cockatiel'
import type { RegistryLimits } from '../adapter-kit/adapter.ts'
import { type OperationRef, registryOf } from '../model/ids.ts'
import type { ProblemCode } from '../problem/codes.ts'
import type { Attempted, Fault } from './attempted.ts'
import { waitBefore } from './backoff.ts'
import { downtimeUntil } from './downtime.ts'
import { limit, type Limited } from './limit.ts'
import { localBoard } from './local-board.ts'
import type { DispatchPorts } from './ports.ts'
import type { Rate, RegistryBoard } from './registry-board.ts'
import { boardView, type Passage, type SharedBreaker, sharedBreaker, type Sign } from './shared-breaker.ts'
import { type SharedSlots, sharedSlots } from './shared-slots.ts'

/** One question of a call to its registry. */
export interface Question {
  readonly operation: OperationRef
  /** Only then is it put again. */
  readonly idempotent: boolean
  /** Of one attempt. */
  readonly timeoutMs: number
  /** Aborts when the answer must leave. */
  readonly deadline: AbortSignal
  /** No wait is begun that would end after this. */
  readonly endsAt: Date
  /** Why it may not be put any more, looked at after each wait; absent: it may. */
  readonly closed?: () => ProblemCode | undefined
  /** Writes the row of a further attempt; false where the call has ended elsewhere. Fails for the database only. */
  readonly beginAgain: (after: Fault) => Promise<boolean>
  readonly put: (signal: AbortSignal) => Promise<Attempted>
}

/** All that stands between edno and one operation of a registry. */
export interface RegistryPolicy {
  /** Asks until there is an answer, a fault that asking again does not mend, or no time left. Fails for the database only. */
  readonly ask: (question: Question) => Promise<Limited<Attempted>>
  /**
   * The moment before which asking is of no use, as things stand; `undefined`: ask now. Where it is to be seen whether the registry
   * is back, one at a time is let ask.
   */
  readonly notBefore: () => Promise<Date | undefined>
  /** Nobody is to be asked now, of any of its operations: it is taken for dead, or out of service. */
  readonly rests: () => Promise<boolean>
}

/** Of the operations that there are now. */
export interface RegistryPolicies extends Iterable<readonly [OperationRef, RegistryPolicy]> {
  readonly get: (operation: OperationRef) => RegistryPolicy | undefined
}

type Ports = Pick<DispatchPorts, 'operations' | 'limits' | 'board' | 'clock' | 'random' | 'log'>

/**
 * Made once a process: what an operation allows is shared by all its exchanges, what a registry allows, and its breaker, by all processes. Operations
 * and limits are those of the moment: adapters come and change while edno runs.
 */
export function registryPolicies(ports: Ports): RegistryPolicies {
  const board = ports.board ?? localBoard()
  const view = boardView(board)
  const registries = new Map<string, Registry>()
  const policies = new Map<OperationRef, Made>()
  const registryFor = (registry: string): Registry => {
    const limits = ports.limits?.get(registry) ?? {}
    const { log } = ports
    const before = registries.get(registry)
    if (before !== undefined && JSON.stringify(before.limits) === JSON.stringify(limits)) return before
    const kept = before ?? {
      slots: sharedSlots(registry, board),
      breaker: sharedBreaker({ registry, board, view, log }),
      looking: { since: Number.NEGATIVE_INFINITY },
    }
    const made = { ...kept, registry, limits, board, ports }
    registries.set(registry, made)
    return made
  }
  const get = (ref: OperationRef): RegistryPolicy | undefined => {
    const most = ports.operations.get(ref)?.manifest.maxConcurrent
    if (most === undefined) return undefined
    const registry = registryFor(registryOf(ref))
    const before = policies.get(ref)
    if (before?.registry === registry && before.most === most) return before.policy
    const policy = policyOf(registry, slotsOf(most))
    policies.set(ref, { registry, most, policy })
    return policy
  }
  return {
    get,
    *[Symbol.iterator]() {
      for (const ref of ports.operations.keys()) {
        const policy = get(ref)
        if (policy !== undefined) yield [ref, policy] as const
      }
    },
  }
}

interface Made {
  readonly registry: Registry
  readonly most: number
  readonly policy: RegistryPolicy
}

/** What the operations of one registry share. */
interface Registry {
  readonly registry: string
  readonly limits: RegistryLimits
  readonly board: RegistryBoard
  readonly ports: Ports
  readonly slots: SharedSlots
  readonly breaker: SharedBreaker
  /** When one was last let see whether the registry is back, on the monotonic clock. */
  readonly looking: { since: number }
}

/** Those above wait, not beyond their deadline. */
const slotsOf = (most: number): BulkheadPolicy => bulkhead(most, Number.POSITIVE_INFINITY)

/** An idempotent question is put so often at most, where the owner says nothing else. */
const DEFAULT_ATTEMPTS = 3

interface Tried {
  readonly result: Limited<Attempted>
  /** Set where it is worth being put again, after so long. */
  readonly waitMs?: number
}

const isTried = (value: unknown): value is Tried => typeof value === 'object' && value !== null && 'result' in value
const isWorthAnother = handleWhenResult((tried) => isTried(tried) && tried.waitMs !== undefined)
const backoff = new DelegateBackoff(({ result }: { readonly result: object }) =>
  'value' in result && isTried(result.value) ? (result.value.waitMs ?? 0) : 0,
)

/**
 * Retry around everything; then, for each attempt: is the registry in service (downtime, breaker), a slot of the operation, a
 * slot of the registry, a turn by its rate, once more the breaker (which may have opened meanwhile, or let one question
 * through), the row, and the question itself within its timeout.
 */
function policyOf(registry: Registry, slots: BulkheadPolicy): RegistryPolicy {
  const again = retry(isWorthAnother, { maxAttempts: (registry.limits.attempts ?? DEFAULT_ATTEMPTS) - 1, backoff })
  return {
    ask: async (question) => {
      let last: Fault | undefined
      const { result } = await again.execute(async ({ attempt }): Promise<Tried> => {
        const result = await attemptOnce(registry, slots, { question, last })
        last = faultOf(result)
        return { result, ...waitAfter(last, { question, repetition: attempt + 1 }, registry.ports) }
      })
      return result
    },
    notBefore: async () => {
      const passage = await registry.breaker.look()
      return denialOf(registry, passage)?.notBefore ?? onlyOne(registry, passage) ?? (await farTurn(registry))
    },
    rests: async () => denialOf(registry, await registry.breaker.look()) !== undefined,
  }
}

/** Of those that come while the breaker lets one question through, the others need not find that out with an attempt each. */
function onlyOne(registry: Registry, { kind }: Passage): Date | undefined {
  const now = performance.now()
  if (kind !== 'due') return undefined
  if (now - registry.looking.since < LOOKING_MS) return new Date(registry.ports.clock().getTime() + LOOKING_MS)
  registry.looking.since = now
  return undefined
}

const LOOKING_MS = 1000

/** So that its turn is near when it comes again. */
async function farTurn({ registry, limits, board, ports }: Registry): Promise<Date | undefined> {
  const rate = rateOf(limits)
  const inMs = rate === undefined ? 0 : await board.turnIn(registry, rate)
  return inMs > TURN_PATIENCE_MS ? new Date(ports.clock().getTime() + inMs - TURN_PATIENCE_MS) : undefined
}

const faultOf = (result: Limited<Attempted>): Fault | undefined =>
  'value' in result && 'fault' in result.value ? result.value : undefined

const MENDED_BY_TIME: ReadonlySet<ProblemCode> = new Set(['provider.unavailable', 'provider.busy'])

function waitAfter(
  fault: Fault | undefined,
  { question, repetition }: { readonly question: Question; readonly repetition: number },
  { clock, random = Math.random }: Ports,
): Pick<Tried, 'waitMs'> {
  if (
    fault === undefined ||
    fault.unasked === true ||
    fault.final === true ||
    !question.idempotent ||
    !MENDED_BY_TIME.has(fault.fault)
  )
    return {}
  const now = clock().getTime()
  const retryAfterMs = Math.max(0, (fault.notBefore?.getTime() ?? now) - now)
  const waitMs = waitBefore({ repetition, retryAfterMs, leftMs: question.endsAt.getTime() - now, random })
  return waitMs === undefined ? {} : { waitMs }
}

interface Attempt {
  readonly question: Question
  /** What the attempt before brought. */
  readonly last: Fault | undefined
}

async function attemptOnce(registry: Registry, slots: BulkheadPolicy, attempt: Attempt): Promise<Limited<Attempted>> {
  const denied = denialOf(registry, await registry.breaker.look())
  if (denied !== undefined) return deny(denied, attempt.last)
  const wish = { most: registry.limits.concurrency, deadline: attempt.question.deadline }
  return slots.execute(async () => {
    const result = await registry.slots.within(wish, () => takeTurn(registry, attempt))
    return result ?? { expired: 'late' }
  })
}

async function takeTurn(registry: Registry, attempt: Attempt): Promise<Limited<Attempted>> {
  const { question, last } = attempt
  if (isOver(question)) return { expired: 'late' }
  const waitMs = await turnOf(registry, question)
  if (waitMs === undefined) return deny(withoutTurn(registry.ports), last)
  if (waitMs > 0) await pause(waitMs, undefined, { signal: question.deadline }).catch(() => undefined)
  if (isOver(question)) return { expired: 'late' }
  const closed = question.closed?.()
  if (closed !== undefined) return { value: { fault: closed, final: true, closed: true } }
  const passage = await registry.breaker.enter(question.timeoutMs + LEASE_MARGIN_MS)
  const denied = denialOf(registry, passage)
  return denied === undefined ? put(registry, attempt, passage) : deny(denied, last)
}

/** Nobody in the queue books a turn that is further away: what is revoked meanwhile would hold it, and others could not overtake. */
export const TURN_PATIENCE_MS = 5000

const withoutTurn = ({ clock }: Ports): Fault => ({
  fault: 'provider.busy',
  notBefore: new Date(clock().getTime() + TURN_PATIENCE_MS),
  unasked: true,
})

const isOver = ({ deadline }: Question): boolean => deadline.aborted

/** A question is out for its timeout; what surrounds it takes less than this. */
const LEASE_MARGIN_MS = 2000

/** Milliseconds until its turn; `undefined` where that is beyond its deadline. */
function turnOf({ registry, limits, board, ports }: Registry, { endsAt }: Question): Promise<number | undefined> {
  const rate = rateOf(limits)
  if (rate === undefined) return Promise.resolve(0)
  return board.takeTurn(registry, rate, endsAt.getTime() - ports.clock().getTime())
}

function rateOf({ perSecond, perMinute }: RegistryLimits): Rate | undefined {
  if (perSecond === undefined && perMinute === undefined) return undefined
  return { ...(perSecond === undefined ? {} : { perSecond }), ...(perMinute === undefined ? {} : { perMinute }) }
}

async function put({ breaker }: Registry, attempt: Attempt, passage: Passage): Promise<Limited<Attempted>> {
  const { question, last } = attempt
  if (last !== undefined && !(await question.beginAgain(last))) return { value: { ...last, final: true } }
  const since = performance.now()
  const result = await limit(question.put, question.timeoutMs, question.deadline)
  await breaker.leave(passage, signOf(result, { ...attempt, outMs: performance.now() - since }))
  return result
}

/** Why nobody is to be asked now. */
function denialOf({ limits, ports }: Registry, passage: Passage): Fault | undefined {
  const now = ports.clock()
  const until = downtimeUntil(limits.plannedDowntime ?? [], now)
  if (until !== undefined) return { fault: 'provider.planned-downtime', notBefore: until, unasked: true }
  if (passage.kind !== 'open') return undefined
  return { fault: 'provider.unavailable', notBefore: new Date(now.getTime() + passage.waitMs), unasked: true }
}

/** A call that was put before ends with what that brought. */
function deny(denied: Fault, last: Fault | undefined): Limited<Attempted> {
  if (last === undefined) return { value: denied }
  const { notBefore } = denied
  return { value: { fault: last.fault, final: true, ...(notBefore === undefined ? {} : { notBefore }) } }
}

const DEAD: ReadonlySet<ProblemCode> = new Set(['provider.unavailable', 'provider.timeout'])
const SAYS_NOTHING: ReadonlySet<ProblemCode> = new Set(['provider.busy', 'provider.adapter-defect'])

/** A call counts once, however often it is put: one question that a registry cannot answer must not close it to everybody. */
function signOf(result: Limited<Attempted>, { question, last, outMs }: Attempt & { readonly outMs: number }): Sign {
  const dead = last === undefined ? 'dead' : 'unknown'
  // A deadline that came just after the question says nothing of the registry.
  if ('expired' in result) return result.expired === 'timeout' || outMs >= question.timeoutMs / 2 ? dead : 'unknown'
  if ('finding' in result.value) return 'alive'
  if (result.value.unasked === true) return 'unknown'
  if (DEAD.has(result.value.fault)) return dead
  return SAYS_NOTHING.has(result.value.fault) ? 'unknown' : 'alive'
}
