import type { Finding } from '../adapter-kit/adapter.ts'
import { keepFields } from '../adapter-kit/keep-fields.ts'
import type { Json } from '../model/json.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { ReadyCall } from './schedule.ts'

/** A call whose question another call of the exchange puts. */
export interface Follower {
  readonly call: ReadyCall
  /** Name of the call that puts it. */
  readonly asker: string
}

export interface Sorted {
  /** Calls that put their questions, with all the fields that are wanted of the answer. */
  readonly askers: readonly ReadyCall[]
  readonly followers: readonly Follower[]
}

/** How an asker's call ends; without an outcome where it goes on elsewhere. */
type Ending = { readonly outcome: CallOutcome } | { readonly unanswered: object }

interface Asker {
  readonly name: string
  readonly fields: readonly string[]
  /** Those of its own call, which its outcome keeps. */
  readonly own: readonly string[]
}

/** The same for what is one question; of its own for what must be put as often as it is meant. */
export const questionKey = ({ name, planned, input }: ReadyCall): string =>
  planned.idempotent ? `${planned.operation} ${JSON.stringify(Object.entries(input).sort())}` : name

/**
 * Identical questions of one exchange are put once: same operation, same input. Calls that become ready together are asked
 * together, with the union of their fields; a later one follows only where what was asked for holds all that it wants,
 * and else asks for itself: no question is put for more fields than the calls that wait for it may see.
 */
export class SameQuestions {
  readonly #askers = new Map<string, Asker[]>()
  readonly #endings = new Map<string, Promise<Ending>>()
  readonly #findings = new WeakMap<CallOutcome, Finding>()

  sort(ready: readonly ReadyCall[]): Sorted {
    const askers: ReadyCall[] = []
    const followers: Follower[] = []
    for (const [key, group] of groupsOf(ready)) {
      const known = this.#askers.get(key) ?? []
      const fresh: ReadyCall[] = []
      for (const call of group) {
        const asker = known.find(({ fields }) => holds(fields, call))
        if (asker === undefined) fresh.push(call)
        else followers.push({ call, asker: asker.name })
      }
      const [asker, ...others] = fresh
      if (asker === undefined) continue
      const fields = [...new Set(fresh.flatMap(({ planned }) => planned.fields))].sort()
      askers.push(others.length === 0 ? asker : { ...asker, askFor: fields })
      followers.push(...others.map((call) => ({ call, asker: asker.name })))
      this.#askers.set(key, [...known, { name: asker.name, fields, own: asker.planned.fields }])
    }
    return { askers, followers }
  }

  /**
   * The same for what the queue asks, each call for its own fields: who wants the most puts the question, and who wants no
   * more follows. What is `queued` already asks for itself.
   */
  sortForQueue(ready: readonly ReadyCall[], queued: ReadonlySet<string>): Sorted {
    const askers: ReadyCall[] = []
    const followers: Follower[] = []
    const first = ({ name, planned }: ReadyCall): number => (queued.has(name) ? Infinity : planned.fields.length)
    for (const [key, group] of groupsOf(ready)) {
      const known = [...(this.#askers.get(key) ?? [])]
      for (const call of group.toSorted((one, other) =>
        first(other) === first(one) ? 0 : first(other) - first(one),
      )) {
        const asker = queued.has(call.name) ? undefined : known.find(({ own }) => holds(own, call))
        if (asker === undefined) {
          askers.push(call)
          known.push({ name: call.name, fields: call.planned.fields, own: call.planned.fields })
        } else followers.push({ call, asker: asker.name })
      }
      this.#askers.set(key, known)
    }
    return { askers, followers }
  }

  /** The call is on its way to this outcome. */
  begun(call: string, ending: Promise<Ending>): void {
    this.#endings.set(call, ending)
  }

  /** The whole finding behind an outcome, of which the outcome keeps its own fields; in memory only. */
  keep(outcome: CallOutcome, finding: Finding | undefined): void {
    if (finding !== undefined) this.#findings.set(outcome, finding)
  }

  /**
   * What the asker found, as the outcome of one that follows it; its provenance is that of the one question. `alone`: what
   * came back was asked elsewhere and for less, so that the call must ask for itself. `undefined`: there is no outcome.
   */
  async outcomeOf({ call, asker }: Follower): Promise<CallOutcome | 'alone' | undefined> {
    const ending = await this.#endings.get(asker)
    if (ending === undefined || !('outcome' in ending)) return undefined
    const { evidence: _evidence, ...same } = ending.outcome
    const finding = this.#findings.get(ending.outcome)
    if (ending.outcome.outcome !== 'found') return { ...same, call: call.name }
    const kept = this.#keptBy(asker, call) ? (ending.outcome.evidence ?? {}) : undefined
    const whole = finding?.status === 'found' ? finding.evidence : kept
    if (whole === undefined) return 'alone'
    return { ...same, call: call.name, evidence: keepFields(whole, call.planned.fields) as Json }
  }

  /** What was asked elsewhere came back with the asker's own fields. */
  #keptBy(asker: string, call: ReadyCall): boolean {
    const known = this.#askers.get(questionKey(call)) ?? []
    return known.some(({ name, own }) => name === asker && holds(own, call))
  }
}

function groupsOf(ready: readonly ReadyCall[]): ReadonlyMap<string, readonly ReadyCall[]> {
  const groups = new Map<string, ReadyCall[]>()
  for (const call of ready) groups.set(questionKey(call), [...(groups.get(questionKey(call)) ?? []), call])
  return groups
}

const holds = (fields: readonly string[], { planned }: ReadyCall): boolean =>
  planned.fields.every((field) => isAmong(field, fields))

/** `owner.uic` comes with `owner`. */
const isAmong = (field: string, fields: readonly string[]): boolean =>
  fields.some((path) => field === path || field.startsWith(`${path}.`))
