import type { SqlMap } from './sql-map.ts'

/** Longer texts are cut off in the database, and then refused: no column fills the memory. */
export const MAX_COLUMN_CHARACTERS = 10_000

/** Columns that edno adds; a view's own names begin otherwise, which the map's schema sees to. */
export const FOUND = 'edno_found'
export const ASKED_AT = 'edno_at'
export const NUMBER = 'edno_number'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** `schema.view`, so that no search path decides which view it is. */
export const relationOf = ({ view }: Pick<SqlMap, 'view'>): string => view.split('.').map(quoted).join('.')

/**
 * The one statement of an operation: names come from the map, values are parameters. One row at least comes back, also where
 * there is no record: the registry's own clock says as of when, and its transaction counter numbers the answer.
 * Only the columns that are asked for are read.
 */
export function statementOf(map: SqlMap, columns: readonly string[]): string {
  const taken = columns.map(
    (column) => `left(${quoted(column)}::text, ${MAX_COLUMN_CHARACTERS + 1}) as ${quoted(column)}`,
  )
  const conditions = map.where.map(({ column }, index) => `${quoted(column)} = $${index + 1}`)
  const order = map.list === undefined ? '' : ` order by ${map.list.orderBy.map(quoted).join(', ')}`
  return (
    `select * from (select 'true' as "${FOUND}"${taken.map((column) => `, ${column}`).join('')} ` +
    `from ${relationOf(map)} where ${conditions.join(' and ')}${order} limit ${(map.list?.most ?? 1) + 1}) record ` +
    `right join (select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${ASKED_AT}", ` +
    `pg_snapshot_xmax(pg_current_snapshot())::text as "${NUMBER}") asked on true`
  )
}

/** Whether the role may do more than read: then nothing is asked with it. */
export const MAY_WRITE =
  `select (has_table_privilege($1, 'INSERT, UPDATE, DELETE, TRUNCATE') or ` +
  `(select rolsuper from pg_roles where rolname = current_user))::text as "writes"`
