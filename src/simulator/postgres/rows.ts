import { fieldAt } from '../../adapter-kit/regix/field-path.ts'
import type { SqlField, SqlMap } from '../../adapter-kit/sql/sql-map.ts'
import { ASKED_AT, FOUND, NUMBER } from '../../adapter-kit/sql/statement.ts'
import type { Told } from './replies.ts'

/** The names that a statement gives its columns, in its order. */
const columnsNamed = (statement: string): readonly string[] =>
  [...statement.matchAll(/ as "([^"]+)"/g)].map(([, name]) => name ?? '')

/** What a view with this record answers to the statement. */
export function rowsOf(statement: string, map: SqlMap, record: object | undefined, number: number): Told {
  const columns = columnsNamed(statement)
  const always = { [ASKED_AT]: new Date().toISOString(), [NUMBER]: String(number) }
  const written = record === undefined ? [{}] : recordRows(record, map)
  return {
    columns,
    rows: written.map((row) => columns.map((column) => ({ ...row, ...always })[column] ?? null)),
  }
}

type Row = Readonly<Record<string, string | null>>

function recordRows(record: object, { fields, list }: SqlMap): readonly Row[] {
  const head = { ...written(record, fields), [FOUND]: 'true' }
  if (list === undefined) return [head]
  const items = fieldAt(record, list.field)
  return (Array.isArray(items) ? (items as object[]) : []).map((item) => ({ ...head, ...written(item, list.fields) }))
}

const written = (values: object, fields: readonly SqlField[]): Row =>
  Object.fromEntries(fields.map((field) => [field.column, textOf(fieldAt(values, field.field), field)]))

function textOf(value: unknown, { values }: SqlField): string | null {
  if (value === undefined || value === null) return null
  if (values !== undefined) return Object.entries(values).find(([, ours]) => ours === value)?.[0] ?? null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}
