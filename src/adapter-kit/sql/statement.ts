import type { SqlMap } from './sql-map.ts'

/** Longer texts are cut off in the database, and then refused: no column fills the memory. */
export const MAX_COLUMN_CHARACTERS = 10_000

/** Columns that edno adds; a view's own names begin otherwise, which the map's schema sees to. */
export const FOUND = 'edno_found'
export const ASKED_AT = 'edno_at'
export const NUMBER = 'edno_number'
/** How much the rows before one hold. */
const BEFORE = 'edno_before'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** `schema.view`, so that no search path decides which view it is. */
export const relationOf = ({ view }: Pick<SqlMap, 'view'>): string => view.split('.').map(quoted).join('.')

/**
 * The one statement of an operation: names come from the map, values are parameters. One row at least comes back, also where
 * there is no record: the registry's own clock says as of when, and its transaction counter numbers the answer.
 * Only the columns that are asked for are read, and no row after those that fill `most` bytes: what comes is then too large, and
 * refused, without being here.
 */
export function statementOf(map: SqlMap, columns: readonly string[], most: number): string {
  const longest = Math.min(MAX_COLUMN_CHARACTERS, most) + 1
  const names = columns.map((column) => `, ${quoted(column)}`).join('')
  const taken = columns.map((column) => `, left(${quoted(column)}::text, ${longest}) as ${quoted(column)}`).join('')
  // In characters, each of which is a byte at least.
  const size = ['0', ...columns.map((column) => `coalesce(length(${quoted(column)}), 0)`)].join(' + ')
  const conditions = map.where.map(({ column }, index) => `${quoted(column)} = $${index + 1}`)
  // A view of codes is asked about nobody.
  const condition = conditions.length === 0 ? 'true' : conditions.join(' and ')
  const order = map.list === undefined ? '' : ` order by ${map.list.orderBy.map(quoted).join(', ')}`
  return (
    `select * from (select "${FOUND}"${names} from (select *, ` +
    `sum(${size}) over (rows between unbounded preceding and 1 preceding) as "${BEFORE}" from (` +
    `select 'true' as "${FOUND}"${taken} from ${relationOf(map)} where ${condition}${order} ` +
    `limit ${(map.list?.most ?? 1) + 1}) matching) measured where coalesce("${BEFORE}", 0) <= ${most}) record ` +
    `right join (select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${ASKED_AT}", ` +
    `pg_snapshot_xmax(pg_current_snapshot())::text as "${NUMBER}") asked on true`
  )
}

/** Whether the role may do more than read, be it to one column: then nothing is asked with it. */
export const MAY_WRITE =
  `select (has_table_privilege($1, 'INSERT, UPDATE, DELETE, TRUNCATE') or has_any_column_privilege($1, 'INSERT, UPDATE') or ` +
  `(select rolsuper from pg_roles where rolname = current_user))::text as "writes"`
