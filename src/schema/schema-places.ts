import type { ErrorObject } from 'ajv'
import { isRecord } from './json.ts'

/**
 * Where in a document a rule was broken, in names of the schema alone: an RFC 6901 pointer in which `*` stands for any number
 * and `?` for a name that the schema does not know. Both may be personal data in a registry's answer; nothing of the
 * document is in it. `/` is the whole document.
 */
export function schemaPlaces(schema: unknown): (error: ErrorObject) => string {
  const names = new Set<string>()
  collectNames(schema, names)
  const shown = (segment: string): string => {
    if (/^\d+$/.test(segment)) return '*'
    return names.has(segment.replaceAll('~1', '/').replaceAll('~0', '~')) ? segment : '?'
  }
  return (error) => {
    const segments = [...error.instancePath.split('/').slice(1), ...memberIn(error)]
    return `/${segments.map(shown).join('/')}`
  }
}

/** One that is missing or too many has no place of its own in the document. */
function memberIn({ params }: ErrorObject): readonly string[] {
  const { missingProperty, additionalProperty, unevaluatedProperty }: Record<string, unknown> = params
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty
  return typeof member === 'string' ? [member] : []
}

/** All names of members, wherever in the schema they are described. */
function collectNames(schema: unknown, into: Set<string>): void {
  if (Array.isArray(schema)) for (const each of schema) collectNames(each, into)
  if (!isRecord(schema)) return
  if (isRecord(schema['properties'])) for (const name of Object.keys(schema['properties'])) into.add(name)
  for (const each of Object.values(schema)) collectNames(each, into)
}
