import type { CallOutcome, Provenance } from '../model/outcome.ts'
import { registryOf } from '../model/ids.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { askRegistry, type Running } from './ask.ts'
import type { Attempted } from './attempted.ts'
import { drifted, failed, type Judgement, judgeFinding } from './judge-finding.ts'
import type { Limited } from './limit.ts'
import type { DispatchPorts, EndedAttempt } from './ports.ts'
import type { RegistryPolicies } from './registry-policy.ts'
import type { ReadyCall } from './schedule.ts'

/** What became of one run of a call: in this process, before the time of this run was over. */
export interface Tried {
  readonly judgement: Judgement
  /** The time of the run was over before the registry answered. */
  readonly late: boolean
  /** Asking before this moment is of no use. */
  readonly notBefore?: Date
}

/**
 * Asks, and judges what comes back. `askedBefore`: whether the registry did what it was asked then is not known, so that one
 * who may not be asked twice is not asked.
 */
export async function tryCall(
  running: Running,
  ports: DispatchPorts,
  policies: RegistryPolicies,
  askedBefore: boolean,
): Promise<Tried> {
  const { call } = running
  const operation = ports.operations.get(call.planned.operation)
  if (operation === undefined) return { judgement: failed('provider.unavailable'), late: false }
  if (askedBefore && !call.planned.idempotent) return { judgement: failed('provider.timeout'), late: false }
  if (!operation.acceptsInput(call.input)) return { judgement: failed(blameForInput(call)), late: false }
  const asked: Limited<Attempted> = await askRegistry(running, ports, policies)
  if ('expired' in asked) return { judgement: expired(asked.expired), late: asked.expired === 'late' }
  const { value } = asked
  if (!('fault' in value)) return { judgement: judgeFinding(operation, call, value.finding), late: false }
  const { fault, notBefore, closed, at } = value
  if (closed === true) return { judgement: refused(fault), late: false }
  if (at !== undefined) return { judgement: drifted(at), late: false }
  return { judgement: refusedOrFailed(fault), late: false, ...(notBefore === undefined ? {} : { notBefore }) }
}

/** The outcome with its place and its times. */
export function outcomeOf(judgement: Judgement, running: Running, startedAt: Date, at: Date): CallOutcome {
  const { call } = running
  const { outcome, problem, evidence, received } = judgement
  const provenance = provenanceOf(judgement, running)
  return {
    call: call.name,
    operation: call.planned.operation,
    outcome,
    ...(problem === undefined ? {} : { problem }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(received === undefined ? {} : { received }),
    elapsedMs: Math.max(0, at.getTime() - startedAt.getTime()),
  }
}

/** The attempt that a call ends with. */
export const endedAttempt = ({ problem, drift }: Judgement, { progress }: Running): EndedAttempt => ({
  number: progress.attempt,
  ...(problem === undefined ? {} : { fault: problem }),
  ...(drift === undefined ? {} : { drift: drift.slice(0, LONGEST_PLACE) }),
})

/** A schema that refers to itself knows places of any depth. */
const LONGEST_PLACE = 300

/** Whether an attempt before a crash reached the registry is not known: it stays counted. */
export const wasNeverPut = ({ call, progress }: Running): boolean =>
  call.planned.counting !== undefined && progress.attempt === 1 && !progress.put

const LATE: ProblemCode = 'provider.timeout'

/** Of a call that nobody is asked about: its time was over, or it may not be asked. */
export const unaskedOutcome = (
  { name, planned: { operation } }: Pick<ReadyCall, 'name' | 'planned'>,
  problem: ProblemCode = LATE,
): CallOutcome => ({
  call: name,
  operation,
  outcome: problem === LATE ? 'late' : 'refused',
  problem,
  elapsedMs: 0,
})

/** The body was judged before; an input that does not fit came from another registry's answer, or from the service file. */
const blameForInput = ({ planned }: ReadyCall): 'provider.bad-answer' | 'provider.adapter-defect' =>
  planned.needs.length > 0 ? 'provider.bad-answer' : 'provider.adapter-defect'

const expired = (how: 'timeout' | 'late'): Judgement =>
  how === 'late' ? { outcome: 'late', problem: LATE, othersDropped: false } : failed('provider.timeout')

const refused = (problem: ProblemCode): Judgement => ({ outcome: 'refused', problem, othersDropped: false })

const refusedOrFailed = (fault: ProblemCode): Judgement =>
  fault === 'provider.refused' ? refused(fault) : failed(fault)

function provenanceOf({ finding, othersDropped }: Judgement, { call, progress }: Running): Provenance | undefined {
  if (finding === undefined) return undefined
  const { operation } = call.planned
  return {
    registry: registryOf(operation),
    operation,
    askedAt: progress.askedAt.toISOString(),
    asOf: finding.asOf,
    sourceReference: finding.sourceReference,
    signedByRegistry: finding.signedByRegistry,
    othersDropped,
  }
}
