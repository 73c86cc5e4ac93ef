import { evaluate, type Scope } from '../expression/evaluate.ts'
import { scopeOf, start } from '../expression/scope.ts'
import type { ExchangePlan, PlannedCall } from '../model/exchange.ts'
import type { Json } from '../model/json.ts'
import type { CallOutcome } from '../model/outcome.ts'

/** A call, or an item of a `forEach` call, whose input is known and which may be asked now. */
export interface ReadyCall {
  /** `driver`, or `managers.0`. */
  readonly name: string
  readonly planned: PlannedCall
  readonly input: Readonly<Record<string, string>>
  /** True for an item of a `forEach` call: its row is not there yet. */
  readonly item: boolean
  /** Fields to ask the registry for, where other calls with the same question want more of its answer. */
  readonly askFor?: readonly string[]
}

/** What can be decided from the outcomes so far. */
export interface Step {
  readonly ready: readonly ReadyCall[]
  /** Outcomes that need no registry. */
  readonly decided: readonly CallOutcome[]
  /** Names of the items among `decided`, whose rows are not there yet. */
  readonly items: readonly string[]
  /** Every call has ended. */
  readonly done: boolean
  /** Calls that have not, or not with all of their items. */
  readonly unfinished: readonly PlannedCall[]
}

/** More items than this is not an answer to one application; the registry's list is taken for wrong. */
export const MAX_ITEMS = 100

/** Pure: which calls may be asked, and which end without being asked, given what ended and what is running. */
export function nextStep(plan: ExchangePlan, outcomes: readonly CallOutcome[], running: ReadonlySet<string>): Step {
  const scope = scopeOf(plan, outcomes)
  const ended = new Set(outcomes.map(({ call }) => call))
  const finished = new Set<string>()
  const open: Unit[] = []
  for (const call of plan.calls) {
    const turn = ended.has(call.name) ? 'ended' : turnOf(plan, call, { finished, outcomes })
    if (turn === 'later') continue
    const units = turn === 'ended' ? [] : unitsOf(turn, call, scope).filter(({ name }) => !ended.has(name))
    open.push(...units.filter(({ name }) => !running.has(name)))
    if (units.length === 0) finished.add(call.name)
  }
  return {
    ready: open.filter(({ outcome }) => outcome === undefined),
    decided: open.flatMap(({ outcome }) => outcome ?? []),
    items: open.filter(({ outcome, item }) => outcome !== undefined && item).map(({ name }) => name),
    done: finished.size === plan.calls.length,
    unfinished: plan.calls.filter(({ name }) => !finished.has(name)),
  }
}

interface Unit extends ReadyCall {
  /** Set where it ends without being asked. */
  readonly outcome?: CallOutcome
}

interface SoFar {
  readonly finished: ReadonlySet<string>
  readonly outcomes: readonly CallOutcome[]
}

/** A call waits for what it needs; one that stands in an `anyOf` group also for those before it, of which one may be enough. */
function turnOf({ anyOf = [] }: ExchangePlan, { name, needs }: PlannedCall, so: SoFar): 'now' | 'later' | 'spared' {
  const group = anyOf.find((members) => members.includes(name)) ?? []
  const before = group.slice(0, group.indexOf(name))
  const found = before.map((member) => so.outcomes.find(({ call }) => call === member)?.outcome)
  if (found.includes('found')) return 'spared'
  return found.includes(undefined) || !needs.every((need) => so.finished.has(need)) ? 'later' : 'now'
}

/** A call as the single questions it consists of: itself, its items, or nothing but its end. */
function unitsOf(turn: 'now' | 'spared', call: PlannedCall, scope: Scope): readonly Unit[] {
  if (turn === 'spared') return [endedUnit(call, skipped(call, call.name))]
  const begun = start(call, scope)
  if (begun.kind === 'one') return [unitOf(call, call.name, scope, false)]
  if (begun.kind !== 'each' || begun.items.length === 0) return [endedUnit(call, skipped(call, call.name))]
  if (begun.items.length > MAX_ITEMS) return [endedUnit(call, tooMany(call))]
  return begun.items.map((item, index) => unitOf(call, `${call.name}.${index}`, { ...scope, item }, true))
}

function unitOf(planned: PlannedCall, name: string, scope: Scope, item: boolean): Unit {
  const input = inputOf(planned, scope)
  if (input === undefined) return { name, planned, item, input: {}, outcome: skipped(planned, name) }
  return { name, planned, item, input }
}

const endedUnit = (planned: PlannedCall, outcome: CallOutcome): Unit => ({
  name: planned.name,
  planned,
  item: false,
  input: {},
  outcome,
})

/** `undefined` where a field cannot be evaluated, because what it needs is not there. */
function inputOf(call: PlannedCall, scope: Scope): Record<string, string> | undefined {
  const input: Record<string, string> = {}
  for (const [field, source] of Object.entries(call.input)) {
    const result = evaluate(source, scope)
    const text = result.unknown ? undefined : toText(result.value)
    if (text === undefined) return undefined
    input[field] = text
  }
  return input
}

/** Registries are asked in texts; a list or an object is no identifier. */
const toText = (value: Json): string | undefined =>
  value === null || typeof value === 'object' ? undefined : String(value)

const skipped = ({ operation }: PlannedCall, call: string): CallOutcome => ({
  call,
  operation,
  outcome: 'skipped',
  elapsedMs: 0,
})

const tooMany = ({ operation, name }: PlannedCall): CallOutcome => ({
  call: name,
  operation,
  outcome: 'failed',
  problem: 'provider.bad-answer',
  elapsedMs: 0,
})
