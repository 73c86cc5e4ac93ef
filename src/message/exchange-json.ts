import { existsSync, readFileSync } from 'node:fs'
import type { JsonObject } from '../model/json.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { isRecord } from '../schema/json.ts'
import { plainText } from '../schema/strict-json.ts'
import type { ElementObject } from '../xml/element-json.ts'
import { jsonToElements } from './json-elements.ts'
import { requirePlainNumbers } from './plain-numbers.ts'

type Root = 'Application' | 'Answer'
type Judge = ReturnType<typeof compileSchema>

const judges = new Map<Root, Judge>()

/** The schema lies beside src/ and, built, beside dist/. */
function judgeOf(root: Root): Judge {
  const known = judges.get(root)
  if (known !== undefined) return known
  const places = ['../..', '../../..'].map((up) => new URL(`${up}/schemas/exchange.v1.schema.json`, import.meta.url))
  const found = places.find((place) => existsSync(place))
  if (found === undefined) throw new BrokerError('broker.internal', 'schemas/exchange.v1.schema.json is not installed')
  const { anyOf: _either, ...schema } = JSON.parse(readFileSync(found, 'utf8')) as Record<string, unknown>
  const judge = compileSchema({ ...schema, $ref: `#/$defs/${root}` })
  judges.set(root, judge)
  return judge
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

/** The members of a JSON text that passed the gate of the verifier; undefined where it is no object. */
export function parseJson(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(textOf(bytes))
    return isRecord(value) ? (value as JsonObject) : undefined
  } catch (error) {
    throw new BrokerError('request.malformed', 'not JSON', { cause: error })
  }
}

/**
 * Judges a document by the JSON twin of the exchange schema and gives what its twin in XML would give. Refuses with
 * `request.schema`, naming members and what is expected, never values.
 */
export function readByJsonSchema(bytes: Uint8Array, root: Root): ElementObject {
  const value = parseJson(bytes)
  if (value === undefined) throw new BrokerError('request.schema', `${root}: an object is expected`)
  const mistakes = judgeOf(root)(value)
  if (mistakes.length > 0)
    throw new BrokerError(
      'request.schema',
      mistakes.map(({ pointer, message }) => `${root}${pointer}: ${message}`).join('; '),
    )
  // What edno itself answered was written from numbers.
  if (root === 'Application') requirePlainNumbers(textOf(bytes))
  return jsonToElements(value)
}

/** One line; absent members are left out, and no text holds what the gate of a reader refuses. */
export const writeJson = (value: object): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? plainText(inner) : inner))
