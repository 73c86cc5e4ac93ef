import type { OperationManifest } from '../adapter-kit/adapter.ts'
import { describeFields } from './describe-fields.ts'
import type { SchemaFile } from './read-schema-file.ts'
import { isSchema, resolve } from './schema-paths.ts'

interface Schemas {
  readonly input: SchemaFile
  readonly evidence: SchemaFile
}

/** What the schemas of an operation say against its `subject`; undefined where they agree. */
export function subjectMistake({ subject }: Pick<OperationManifest, 'subject'>, schemas: Schemas): string | undefined {
  const { input, evidence } = schemas
  if (subject === 'none') return namedMistake(schemas)
  if (!input.paths.all.has(subject.input)) return `subject.input "${subject.input}" is no input field`
  return subject.answer === undefined || evidence.paths.all.has(subject.answer)
    ? undefined
    : `subject.answer "${subject.answer}" is no field of the evidence`
}

/** Formats of numbers that name somebody or something. */
const NAMING: ReadonlySet<string> = new Set(['egn', 'lnch', 'eik', 'plate', 'vin'])

/** What can hold any text can hold the number of a person, whom the exchange would then not be marked with. */
function namedMistake({ input, evidence }: Schemas): string | undefined {
  const asking = [...input.paths.all].find((path) => !isListed(path, input.schema))
  if (asking !== undefined)
    return `subject is "none", and the input field "${asking}" takes more than listed words (enum) or a date: it could name somebody`
  const named = describeFields(evidence.schema).find(({ type }) => NAMING.has(type))
  return (
    named &&
    `subject is "none", and the evidence field "${named.path}" (${named.type}) names a person, a firm or a thing`
  )
}

/** By the field's own node alone: what branches add narrows it further, or is a field of another name. */
function isListed(path: string, schema: SchemaFile['schema']): boolean {
  const { properties } = schema
  const node = isSchema(properties) ? resolve(properties[path], schema) : undefined
  return node !== undefined && (Array.isArray(node['enum']) || 'const' in node || node['format'] === 'date')
}
