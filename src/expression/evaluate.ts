import { compile } from './compile.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** What an expression sees; a name that is absent makes what reads it unknown. */
export interface Scope {
  readonly application?: Json
  readonly applicant?: Json
  /** Only calls that found something; a `forEach` call is a list whose gaps are `null`. */
  readonly calls?: Readonly<Record<string, Json>>
  readonly item?: Json
  readonly exchange?: { readonly date: string }
}

export type Evaluated = { readonly unknown: false; readonly value: Json } | { readonly unknown: true }

const UNKNOWN: Evaluated = { unknown: true }

/** The value, or unknown where something the expression reads is not there. Never throws. */
export function evaluate(source: string, scope: Scope): Evaluated {
  try {
    const value = toJson(compile(source).run(toCelScope(scope)))
    return value === undefined ? UNKNOWN : { unknown: false, value }
  } catch {
    // An expression that cannot be evaluated is a state of the data, not a failure of the broker (design §5).
    return UNKNOWN
  }
}

function toCelScope(scope: Scope): Record<string, unknown> {
  const names: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(scope)) if (value !== undefined) names[name] = toCel(value as Json)
  return names
}

/** Evidence is immutable and read by many expressions: each object is turned once. */
const turned = new WeakMap<object, unknown>()

/** JSON's whole numbers become CEL ints, so that `==`, `<` and `+` agree with the literals of an expression. */
function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (value === null || typeof value !== 'object') return value
  const known = turned.get(value)
  if (known !== undefined) return known
  const made = isList(value) ? value.map((item) => (item === null ? GAP : toCel(item))) : toCelMap(value)
  turned.set(value, made)
  return made
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value)

class GapRead extends Error {
  override readonly name = 'GapRead'
}

/**
 * Stands where a list has an item nobody could tell us about. Whatever reads it is unknown, `has(…)` too: otherwise
 * `all(m, !has(m.deathDate))` would hold for a person whom the registry did not answer about.
 */
function makeGap(): Map<string, unknown> {
  const refuse = (): never => {
    throw new GapRead('no answer')
  }
  return Object.assign(new Map<string, unknown>(), { get: refuse, has: refuse, keys: refuse, entries: refuse })
}
const GAP = makeGap()

/** A `null` member is an absent one, as in the application's XML (design §4). */
function toCelMap(value: { readonly [member: string]: Json }): Map<string, unknown> {
  const map = new Map<string, unknown>()
  for (const [member, inner] of Object.entries(value)) if (inner !== null) map.set(member, toCel(inner))
  return map
}

/** `undefined` for what JSON cannot say (bytes, time stamps, huge integers, a gap). */
function toJson(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : undefined
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined
    case 'object':
      return value === null ? null : objectToJson(value)
    default:
      return undefined
  }
}

function objectToJson(value: object): Json | undefined {
  if (value === GAP) return undefined
  if (Array.isArray(value)) return allOrNothing(value.map(toJson))
  if (value instanceof Map) return mapToJson([...(value as Map<string, unknown>)])
  return Object.getPrototypeOf(value) === Object.prototype ? mapToJson(Object.entries(value)) : undefined
}

const allOrNothing = (items: readonly (Json | undefined)[]): Json | undefined =>
  items.every((item) => item !== undefined) ? items : undefined

function mapToJson(entries: readonly [string, unknown][]): Json | undefined {
  const members = entries.map(([member, inner]) => [member, toJson(inner)] as const)
  return members.every((member): member is readonly [string, Json] => member[1] !== undefined)
    ? Object.fromEntries(members)
    : undefined
}
