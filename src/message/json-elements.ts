import type { Json, JsonObject } from '../model/json.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ElementJson, ElementObject } from '../xml/element-json.ts'

/** Of one document, as of its twin in XML. */
const MAX_ELEMENTS = 10_000

/**
 * What JSON says, as its twin in XML would say it: every value a text, null and an empty list absence, a list of one its
 * only item. Refuses with `request.schema` what elements cannot say.
 */
export function jsonToElements(value: JsonObject): ElementObject {
  const read = readObject(value, { left: MAX_ELEMENTS })
  return typeof read === 'string' ? {} : read
}

interface Budget {
  left: number
}

/** An element without children reads as text. */
function readObject(value: JsonObject, budget: Budget): ElementObject | '' {
  const named = Object.entries(value)
  // Before any work on them: what is too wide is refused at no cost.
  if (named.length > budget.left) throw tooMany()
  const members = named.flatMap(([name, inner]): [string, ElementJson | ElementJson[]][] => {
    const items = itemsOf(inner).map((item) => readItem(item, budget))
    const [only, ...others] = items
    if (only === undefined) return []
    return [[name, others.length === 0 ? only : items]]
  })
  // fromEntries defines members; it never runs a setter, whatever a member is called.
  return members.length === 0 ? '' : Object.fromEntries(members)
}

type Present = Exclude<Json, null>
const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const itemsOf = (value: Json): readonly Present[] =>
  (isList(value) ? value : [value]).filter((item): item is Present => item !== null)

const tooMany = (): BrokerError => new BrokerError('request.schema', `over ${MAX_ELEMENTS} elements`)

function readItem(item: Present, budget: Budget): ElementJson {
  budget.left -= 1
  if (budget.left < 0) throw tooMany()
  if (isList(item)) throw new BrokerError('request.schema', 'a list inside a list')
  if (typeof item === 'object') return readObject(item, budget)
  if (typeof item === 'number') return textOf(item)
  return String(item)
}

/** A number that lost digits when it was read is nobody's number any more. */
function textOf(number: number): string {
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number)))
    throw new BrokerError('request.schema', 'a number that is too long: write it as a text')
  return String(number)
}
