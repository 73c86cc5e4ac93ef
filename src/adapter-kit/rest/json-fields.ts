import { AdapterFault } from '../adapter.ts'
import { decodeText } from '../decode-text.ts'
import { type Draft, fieldAt, setField } from '../regix/field-path.ts'
import type { JsonField } from './rest-map.ts'

/**
 * Reads what the map names, and nothing else, out of a JSON object.
 * Throws `bad-answer` where something required is missing or not of its type; the message names the place only.
 */
export function readJson(from: unknown, fields: readonly JsonField[]): Draft {
  const draft: Draft = {}
  for (const field of fields) {
    const value = readOne(fieldAt(from, field.wire), field)
    if (value !== undefined) setField(draft, field.field, value)
    else if (field.required === true)
      throw new AdapterFault('bad-answer', `the answer lacks ${field.wire}`, { at: field.wire })
  }
  return draft
}

function readOne(value: unknown, field: JsonField): unknown {
  if (value === undefined || value === null) return undefined
  const { each } = field
  if (each === undefined) return decode(value, field)
  if (!Array.isArray(value)) throw unreadable(field)
  return value.map((item: unknown) => readJson(item, each))
}

function decode(value: unknown, { wire, type, values }: JsonField): unknown {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw unreadable({ wire })
  if (values !== undefined) {
    const word = String(value)
    if (!Object.hasOwn(values, word))
      throw new AdapterFault('bad-answer', `the answer has an unknown code in ${wire}`, { at: wire })
    return values[word]
  }
  if (type === undefined || typeof value !== 'string') return value
  const decoded = decodeText(value, type)
  if (decoded === undefined) throw unreadable({ wire })
  return decoded
}

const unreadable = ({ wire }: Pick<JsonField, 'wire'>): AdapterFault =>
  new AdapterFault('bad-answer', `the answer has an unreadable ${wire}`, { at: wire })

/** The other direction: a question from our input; what a stand-in answers from its record. */
export function writeJson(values: unknown, fields: readonly JsonField[]): Draft {
  const draft: Draft = {}
  for (const field of fields) {
    const value = fieldAt(values, field.field)
    if (value !== undefined && value !== null) setField(draft, field.wire, writeOne(value, field))
  }
  return draft
}

function writeOne(value: unknown, { each, values }: JsonField): unknown {
  if (each !== undefined) return ([value].flat() as readonly unknown[]).map((item) => writeJson(item, each))
  if (values === undefined) return value
  const word = Object.entries(values).find(([, ours]) => ours === value)?.[0]
  return word === 'true' || word === 'false' ? word === 'true' : word
}
