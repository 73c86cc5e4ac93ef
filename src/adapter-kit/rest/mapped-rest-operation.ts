import type { OperationInput } from '../adapter.ts'
import type { OperationMaker } from '../operation.ts'
import { fieldAt, setField } from '../regix/field-path.ts'
import type { StandInRoute } from '../simulator.ts'
import { readJson, writeJson } from './json-fields.ts'
import { type RestMap, readRestMap } from './rest-map.ts'
import { restOperation, type RestWire } from './rest-operation.ts'

/** An operation of a REST registry of which everything stands in its `rest.json`. */
export const mappedRestOperation: OperationMaker = (tools) => restOperation(wireOf(readRestMap(tools.folder)))(tools)

const wireOf = ({ path, question, answer }: RestMap): RestWire<object> => ({
  path,
  question: (input) => writeJson(input, question),
  read: (told) => {
    const asOf = textAt(told, answer.asOf)
    const echo = textAt(told, answer.echo)
    return {
      evidence: isRecord(fieldAt(told, answer.found)) ? readJson(told, answer.fields) : undefined,
      reference: `${answer.referencePrefix ?? ''}${textAt(told, answer.reference) ?? ''}`,
      ...(asOf === undefined ? {} : { asOf }),
      ...(echo === undefined ? {} : { echo }),
    }
  },
})

const isRecord = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)

function textAt(told: object, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : fieldAt(told, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The other side of the same map, for whoever stands in for the registry. */
export const standInRoute = ({ path, question, answer }: RestMap): StandInRoute => ({
  path,
  input: (body) => readJson(body, question) as OperationInput,
  answer: (record, input) => {
    const told = record === undefined ? {} : writeJson(record, answer.fields)
    if (record === undefined) setField(told, answer.found, null)
    if (fieldAt(told, answer.reference) === undefined) setField(told, answer.reference, 'stand-in-1')
    if (answer.asOf !== undefined) setField(told, answer.asOf, new Date().toISOString())
    const [asked] = Object.values(input)
    if (answer.echo !== undefined && asked !== undefined) setField(told, answer.echo, asked)
    return told
  },
})
