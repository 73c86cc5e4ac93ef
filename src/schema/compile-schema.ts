import { readFileSync } from 'node:fs'
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { isEgn, isEik, isEkatte, isLnch, isPlate, isVin } from './identifiers.ts'
import type { JsonObject } from './json.ts'
import { isRecord } from './json.ts'
import { type SchemaMistake, toMistake } from './mistake.ts'
import { schemaPlaces } from './schema-places.ts'
import { wrapSingles } from './wrap-singles.ts'

/** A schema itself is wrong: unreadable, not JSON, or not JSON Schema 2020-12. Our mistake or an operator's, never a caller's. */
export class SchemaDefect extends Error {
  override readonly name = 'SchemaDefect'
}

/** A JSON Schema, or the file that holds one. A schema refers to its own `$defs` only, never to another file. */
export type SchemaSource = object | URL

type Judge = (value: unknown) => readonly SchemaMistake[]

const FORMATS = { egn: isEgn, lnch: isLnch, eik: isEik, plate: isPlate, vin: isVin, ekatte: isEkatte }

/**
 * `strictRequired` would forbid `if`/`then` to require what its parent describes. `optimize` makes the compiler itself a third
 * slower and the checks no faster: V8 optimises what is used.
 */
const OPTIONS = {
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  ownProperties: true,
  code: { optimize: false },
}

const makeAjv = (coerceTypes: 'array' | false): Ajv2020 => {
  const ajv = new Ajv2020({ ...OPTIONS, coerceTypes })
  formats.default(ajv, { mode: 'full' })
  for (const [name, test] of Object.entries(FORMATS)) ajv.addFormat(name, test)
  // What `title` says in Bulgarian, in English.
  ajv.addKeyword({ keyword: 'x-title-en', schemaType: 'string' })
  return ajv
}

const judging = makeAjv(false)
const coercing = makeAjv('array')

const readSchema = (source: SchemaSource): Record<string, unknown> => {
  const value: unknown = source instanceof URL ? JSON.parse(readFileSync(source, 'utf8')) : source
  if (!isRecord(value)) throw new SchemaDefect('a schema is a JSON object')
  return value
}

const whereIs = (source: SchemaSource): string => (source instanceof URL ? source.pathname : 'schema')

/** The `$id` is dropped: the same schema may be compiled from several folders, and ids would collide. */
const compile = (
  ajv: Ajv2020,
  source: SchemaSource,
): { schema: Record<string, unknown>; validate: ValidateFunction } => {
  try {
    const schema = { ...readSchema(source) }
    delete schema['$id']
    return { schema, validate: ajv.compile(schema as AnySchema) }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new SchemaDefect(`${whereIs(source)}: ${why}`, { cause: error })
  }
}

/** `if` only says that its `then` or `else` does not hold, whose own mistakes stand beside it. */
const mistakesOf = (validate: ValidateFunction, value: unknown): readonly SchemaMistake[] =>
  validate(value) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(toMistake)

/** Judges values as they are. JSON Schema 2020-12, all mistakes at once. Throws `SchemaDefect` for a schema that is wrong. */
export const compileSchema = (source: SchemaSource): Judge => {
  const { validate } = compile(judging, source)
  return (value) => mistakesOf(validate, value)
}

/**
 * Where a value does not fit first: see `schemaPlaces`. Undefined where it fits. The schema is compiled when the first value
 * is looked at: values that do not fit are rare.
 */
export const compileMisfit = (source: SchemaSource): ((value: unknown) => string | undefined) => {
  let made: ReturnType<typeof compile> | undefined
  return (value) => {
    const { schema, validate } = (made ??= compile(judging, source))
    if (validate(value)) return undefined
    const [first] = validate.errors ?? []
    return first === undefined ? undefined : schemaPlaces(schema)(first)
  }
}

export interface Coerced {
  readonly value: JsonObject
  readonly mistakes: readonly SchemaMistake[]
}

/**
 * Judges what came from XML, where every value is a text and one cannot be told from many: texts become the types the
 * schema names, and a single value is put into a list where the schema wants a list. The argument is left as it is.
 */
export const compileCoercing = (source: SchemaSource): ((value: JsonObject) => Coerced) => {
  const { schema, validate } = compile(coercing, source)
  return (value) => {
    const copy = wrapSingles(schema, structuredClone(value)) as JsonObject
    return { mistakes: mistakesOf(validate, copy), value: copy }
  }
}
