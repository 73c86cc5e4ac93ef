import { AdapterFault, type Finding, type OperationInput } from '../adapter.ts'
import { decodeText } from '../decode-text.ts'
import { DEFAULT_ANSWER_BYTES } from '../http/registry-http.ts'
import { keepFields } from '../keep-fields.ts'
import { askedPaths, type OperationMaker } from '../operation.ts'
import { readAsOf, readSourceReference } from '../provenance-text.ts'
import { type Draft, fieldAt, setField } from '../regix/field-path.ts'
import type { SqlRow } from './registry-sql.ts'
import { columnsOf, readSqlMap, type SqlField, type SqlMap } from './sql-map.ts'
import { ASKED_AT, FOUND, MAX_COLUMN_CHARACTERS, NUMBER, relationOf, statementOf } from './statement.ts'

/** An operation that reads one view of a registry's PostgreSQL: all that is special about it stands in its `sql.json`. */
export const sqlOperation: OperationMaker = ({ sql, manifest, folder }) => {
  const map = readSqlMap(folder)
  const relation = relationOf(map)
  const most = manifest.maxAnswerBytes ?? DEFAULT_ANSWER_BYTES
  return async (input, { fields, signal }): Promise<Finding> => {
    const wanted = askedPaths(fields, manifest)
    const columns = columnsOf(onlyWanted(map, wanted))
    const rows = await sql.read({
      statement: statementOf(map, columns, most),
      values: valuesOf(map, input),
      relation,
      signal,
    })
    const body = Buffer.from(JSON.stringify(rows))
    judge(rows, columns, { map, bytes: body.length, most })
    const [first] = rows
    const base = {
      asOf: readAsOf(first?.[ASKED_AT] ?? ''),
      sourceReference: readSourceReference(`sql:${first?.[NUMBER] ?? ''}`),
      signedByRegistry: false,
      received: { mediaType: 'application/json', body },
    }
    if (first?.[FOUND] !== 'true') return { ...base, status: 'not-found' }
    return { ...base, status: 'found', evidence: keepFields(recordOf(rows, onlyWanted(map, wanted)), wanted) }
  }
}

/** A register that is not asked for a column cannot let it out. */
function onlyWanted(map: SqlMap, wanted: readonly string[]): SqlMap {
  const isWanted = (path: string): boolean =>
    wanted.some((other) => other === path || path.startsWith(`${other}.`) || other.startsWith(`${path}.`))
  const { list } = map
  const fields = map.fields.filter(({ field }) => isWanted(field))
  if (list === undefined) return { ...map, fields }
  const inner = list.fields.filter(({ field }) => isWanted(`${list.field}.${field}`))
  return { ...map, fields, list: { ...list, fields: inner } }
}

const valuesOf = (map: SqlMap, input: OperationInput): readonly string[] =>
  map.where.map(({ field }) => {
    const value = input[field]
    if (value === undefined) throw new AdapterFault('bad-answer', `sql.json asks by ${field}, which the question lacks`)
    return value
  })

interface Measure {
  readonly map: SqlMap
  readonly bytes: number
  readonly most: number
}

function judge(rows: readonly SqlRow[], columns: readonly string[], { map, bytes, most }: Measure): void {
  const bad = (why: string): AdapterFault => new AdapterFault('bad-answer', why)
  const expected = [FOUND, ...columns, ASKED_AT, NUMBER]
  if (rows.length === 0 || !rows.every((row) => expected.every((name) => Object.hasOwn(row, name))))
    throw bad('the answer has other columns than were asked for')
  if (rows.length > (map.list?.most ?? 1)) throw bad('the view has more rows than the operation can answer')
  if (bytes > most || rows.some((row) => Object.values(row).some(isCutOff))) throw bad('the answer is too large')
}

const isCutOff = (text: string | null): boolean => text !== null && text.length > MAX_COLUMN_CHARACTERS

function recordOf(rows: readonly SqlRow[], { fields, list }: SqlMap): Draft {
  const heads = rows.map((row) => readRow(row, fields))
  const [record = {}] = heads
  for (const { column, field } of fields)
    if (heads.some((head) => fieldAt(head, field) !== fieldAt(record, field)))
      throw new AdapterFault('bad-answer', `the rows do not agree on ${column}`, { at: column })
  if (list !== undefined && list.fields.length > 0)
    setField(
      record,
      list.field,
      rows.map((row) => readRow(row, list.fields)),
    )
  return record
}

function readRow(row: SqlRow, fields: readonly SqlField[]): Draft {
  const draft: Draft = {}
  for (const field of fields) {
    const text = row[field.column] ?? null
    if (text !== null) setField(draft, field.field, decode(text, field))
    else if (field.required === true)
      throw new AdapterFault('bad-answer', `a row lacks ${field.column}`, { at: field.column })
  }
  return draft
}

function decode(text: string, { column, type, values }: SqlField): unknown {
  if (values !== undefined) {
    if (!Object.hasOwn(values, text))
      throw new AdapterFault('bad-answer', `a row has an unknown word in ${column}`, { at: column })
    return values[text]
  }
  const value = type === undefined ? text : decodeText(text, type)
  if (value === undefined) throw new AdapterFault('bad-answer', `a row has an unreadable ${column}`, { at: column })
  return value
}
