import { evaluate, type Evaluated, type Scope } from './evaluate.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** What of a planned exchange its expressions read; a plan has this shape. */
export interface Facts {
  readonly application: Json
  readonly applicant?: object
  /** ISO date where the offices are. */
  readonly date: string
  readonly calls: readonly CallShape[]
}

export interface CallShape {
  readonly name: string
  readonly needs: readonly string[]
  readonly when?: string
  readonly forEach?: string
}

/** One outcome as expressions see it: `name`, or `name.0` for an item of a `forEach` call. */
export interface Told {
  readonly call: string
  readonly evidence?: Json
}

/**
 * What expressions see once these outcomes are there. A call that found nothing is absent; a `forEach` call is the list
 * of its items in order, with `null` where an item was not found. Where there was nobody to ask about it is absent: of an
 * empty list `all(…)` would hold, and a check must not pass because a registry named nobody.
 */
export function scopeOf(facts: Facts, outcomes: readonly Told[]): Scope {
  const told = new Map(outcomes.map((outcome) => [outcome.call, outcome]))
  const known: Scope = {
    application: facts.application,
    ...(facts.applicant === undefined ? {} : { applicant: facts.applicant as Json }),
    exchange: { date: facts.date },
  }
  let calls: Readonly<Record<string, Json>> = {}
  for (const call of facts.calls) {
    const value = call.forEach === undefined ? told.get(call.name)?.evidence : listOf(call, told)
    if (value !== undefined) calls = { ...calls, [call.name]: value }
  }
  return { ...known, calls }
}

function listOf(call: CallShape, told: ReadonlyMap<string, Told>): Json | undefined {
  const items: Json[] = []
  for (let item = told.get(`${call.name}.0`); item !== undefined; item = told.get(`${call.name}.${items.length}`))
    items.push(item.evidence ?? null)
  return items.length > 0 ? items : undefined
}

/** Whether a call is to be asked, once all it needs has ended. */
export type Start =
  | { readonly kind: 'off' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'one' }
  | { readonly kind: 'each'; readonly items: readonly Json[] }

/** `when` first, then `forEach`. `off`: `when` is false. `unknown`: something that it reads is not there. */
export function start(call: CallShape, scope: Scope): Start {
  if (call.when !== undefined) {
    const wanted = evaluate(call.when, scope)
    if (wanted.unknown || typeof wanted.value !== 'boolean') return { kind: 'unknown' }
    if (!wanted.value) return { kind: 'off' }
  }
  if (call.forEach === undefined) return { kind: 'one' }
  const list: Evaluated = evaluate(call.forEach, scope)
  return list.unknown || !Array.isArray(list.value)
    ? { kind: 'unknown' }
    : { kind: 'each', items: list.value as Json[] }
}
