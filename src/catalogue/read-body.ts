import { readFileSync } from 'node:fs'
import type { Json, JsonObject } from '../model/json.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { compileCoercing } from '../schema/compile-schema.ts'
import { normalisePlate } from '../schema/identifiers.ts'
import { branchesOf, isSchema, resolve, type SchemaPaths, schemaPaths } from './schema-paths.ts'

type Schema = Readonly<Record<string, unknown>>

export interface BodyReader {
  /** Coerces and judges the body; throws `service.input` naming fields and rules, never values. */
  readonly readBody: (body: JsonObject) => JsonObject
  readonly paths: SchemaPaths
}

/** The reader of a service's body. Throws `SchemaDefect`, or the file system's or JSON's error, for a wrong schema file. */
export function bodyReader(file: string): BodyReader {
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema
  const judge = compileCoercing(schema)
  return {
    paths: schemaPaths(schema),
    readBody: (body) => {
      const { value, mistakes } = judge(normalised(body, schema, schema) as JsonObject)
      if (mistakes.length > 0)
        throw new BrokerError(
          'service.input',
          mistakes.map(({ pointer, message }) => `Body${pointer} ${message}`).join('; '),
        )
      return value
    },
  }
}

/** Plates get their one spelling before they are judged, wherever the schema says `format: plate`. */
function normalised(value: Json, schema: unknown, root: Schema): Json {
  const node = resolve(schema, root)
  if (node === undefined) return value
  if (typeof value === 'string') return saysPlate(node, root) ? normalisePlate(value) : value
  if (isList(value)) return value.map((item) => normalised(item, node['items'], root))
  return value === null || typeof value !== 'object' ? value : normalisedMembers(value, node, root)
}

/** A single value may stand where the schema wants a list: XML cannot tell one from many. */
const saysPlate = (node: Schema, root: Schema): boolean =>
  node['format'] === 'plate' || resolve(node['items'], root)?.['format'] === 'plate'

function normalisedMembers(value: JsonObject, node: Schema, root: Schema): JsonObject {
  const properties = [node, ...branchesOf(node).map((branch) => resolve(branch, root))].flatMap((branch) =>
    branch !== undefined && isSchema(branch['properties']) ? [branch['properties']] : [],
  )
  const members = Object.entries(value).map(([name, inner]): [string, Json] => {
    const described = properties.filter((known) => Object.hasOwn(known, name))
    return [name, described.reduce<Json>((turned, known) => normalised(turned, known[name], root), inner)]
  })
  return Object.fromEntries(members)
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
