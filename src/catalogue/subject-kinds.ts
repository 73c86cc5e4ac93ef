import type { IdentifierType } from '../model/application.ts'
import { branchesOf, isSchema, resolve } from './schema-paths.ts'

const KINDS: readonly IdentifierType[] = ['egn', 'lnch', 'eik']

/** The formats in which a schema takes one of its members, as far as they name a person or a firm. */
export function subjectKinds(schema: Readonly<Record<string, unknown>>, member: string): readonly IdentifierType[] {
  const { properties } = schema
  const formats = isSchema(properties) ? formatsOf(properties[member], schema) : []
  return KINDS.filter((kind) => formats.includes(kind))
}

function formatsOf(schema: unknown, root: Readonly<Record<string, unknown>>): readonly unknown[] {
  const node = resolve(schema, root)
  if (node === undefined) return []
  return [node['format'], ...branchesOf(node).flatMap((branch) => formatsOf(branch, root))]
}
