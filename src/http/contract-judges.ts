import type { OpenAPIV3_1 } from 'openapi-types'
import { BrokerError } from '../problem/broker-error.ts'
import { compileSchema } from '../schema/compile-schema.ts'

type Document = OpenAPIV3_1.Document
type Parameter = OpenAPIV3_1.ParameterObject
type Judge = (value: Readonly<Record<string, unknown>>) => void

/** Judges the parameters of one place. Who mistypes a filter must not be shown more than was asked for. */
export function parameterJudge(
  document: Document,
  parameters: readonly (Parameter | OpenAPIV3_1.ReferenceObject)[],
  place: 'path' | 'query',
): Judge {
  const judges = parameters
    .map((parameter) => resolve(document, parameter))
    .filter((parameter) => parameter.in === place)
    .map(({ name, schema, required }) => ({
      name,
      required,
      judge: whenNeeded(() => compileSchema(standingAlone(document, schema ?? {}))),
    }))
  if (judges.length === 0) return () => undefined
  const known = new Set(judges.map(({ name }) => name))
  return (values) => {
    if (Object.keys(values).some((name) => !known.has(name)))
      throw new BrokerError('request.parameter', `known parameters: ${[...known].join(', ')}`)
    for (const { name, required, judge } of judges) {
      const isAbsent = values[name] === undefined && required !== true
      if (!isAbsent && judge(values[name]).length > 0)
        throw new BrokerError('request.parameter', `${name}: not of the form the contract asks for`)
    }
  }
}

function resolve(document: Document, parameter: Parameter | OpenAPIV3_1.ReferenceObject): Parameter {
  if (!('$ref' in parameter)) return parameter
  const name = parameter.$ref.slice(parameter.$ref.lastIndexOf('/') + 1)
  const found = document.components?.parameters?.[name]
  if (found === undefined || '$ref' in found)
    throw new BrokerError('broker.internal', `openapi.yaml: ${parameter.$ref} does not resolve`)
  return found
}

/** Most processes need few of the contract's schemas, and each costs milliseconds: what is compiled at its first use starts sooner. */
function whenNeeded<J extends (value: never) => unknown>(compile: () => J): J {
  let compiled: J | undefined
  return ((value: never) => (compiled ??= compile())(value)) as J
}

const NAMED_MISTAKES = 5

/** Judges a body of JSON, or the fields of a form, by the schema that the contract has for it. */
export function bodyJudge(document: Document, { requestBody }: OpenAPIV3_1.OperationObject): (body: unknown) => void {
  const content = requestBody === undefined || '$ref' in requestBody ? {} : requestBody.content
  const schema = (content['application/json'] ?? content['application/x-www-form-urlencoded'])?.schema
  if (schema === undefined) return () => undefined
  const judge = whenNeeded(() => compileSchema(standingAlone(document, schema)))
  return (body) => {
    const mistakes = judge(body)
    if (mistakes.length === 0) return
    const named = mistakes.slice(0, NAMED_MISTAKES).map(({ pointer, message }) => `${pointer || 'the body'} ${message}`)
    throw new BrokerError('request.body', named.join('; '))
  }
}

/** With the shared schemas that it refers to, and those they refer to, as its own `$defs`. */
function standingAlone(document: Document, schema: object): object {
  const shared = document.components?.schemas ?? {}
  const needed = new Map<string, unknown>()
  const collect = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (name === undefined || needed.has(name)) continue
      needed.set(name, shared[name] ?? {})
      collect(shared[name] ?? {})
    }
  }
  collect(schema)
  const whole = JSON.stringify({ ...schema, $defs: Object.fromEntries(needed) })
  return JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as object
}
