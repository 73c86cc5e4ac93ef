import { readFileSync } from 'node:fs'
import { compileSchema } from '../../src/schema/compile-schema.ts'

type Judge = ReturnType<typeof compileSchema>

export const TWIN_SCHEMA = JSON.parse(
  readFileSync(new URL('../../schemas/exchange.v1.schema.json', import.meta.url), 'utf8'),
) as { readonly $defs: Readonly<Record<string, ObjectSchema>>; readonly anyOf: unknown }

export interface ObjectSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
}

/** Judges by one document of the schema. */
export function twinJudge(root: 'Application' | 'Answer'): Judge {
  const { anyOf: _either, ...schema } = TWIN_SCHEMA
  return compileSchema({ ...schema, $ref: `#/$defs/${root}` })
}
