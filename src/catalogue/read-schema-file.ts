import { readFileSync } from 'node:fs'
import { compileMisfit, compileSchema } from '../schema/compile-schema.ts'
import { lineOfBreak } from '../schema/json.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import { type SchemaPaths, schemaPaths } from './schema-paths.ts'

export interface SchemaFile {
  readonly schema: Readonly<Record<string, unknown>>
  readonly accepts: (value: unknown) => boolean
  /** Where a value does not fit first; nothing of the value is in it. */
  readonly misfitOf: (value: unknown) => string | undefined
  readonly paths: SchemaPaths
}

/** A schema beside a manifest, or why it cannot be used. */
export function readSchemaFile(file: string): SchemaFile | LocatedMistake {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
    const schema = JSON.parse(text) as Record<string, unknown>
    const judge = compileSchema(schema)
    return {
      schema,
      accepts: (value) => judge(value).length === 0,
      misfitOf: compileMisfit(schema),
      paths: schemaPaths(schema),
    }
  } catch (error) {
    const line = error instanceof SyntaxError ? lineOfBreak(text) : 1
    return { file, line, message: isMissing(error) ? 'there is no such file' : reasonOf(error) }
  }
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'cannot be read')
