import type { TextType } from '../decode-text.ts'
import { readMap } from '../read-map.ts'

/** One line between a column of the view and a field of the evidence. */
export interface SqlField {
  readonly column: string
  /** Dotted path of the evidence; of a list's fields relative to the item. */
  readonly field: string
  /** What the column's text stands for; a text where absent. */
  readonly type?: TextType
  /** The column's text → our word; one that is not listed makes the answer a bad one. */
  readonly values?: Readonly<Record<string, string | number | boolean>>
  /** A row without it is a bad answer. */
  readonly required?: true
}

/** `sql.json` beside an operation: one view, asked by one statement that edno writes itself. */
export interface SqlMap {
  /** `schema.view`. */
  readonly view: string
  /** All of them must hold. */
  readonly where: readonly { readonly column: string; readonly field: string }[]
  /** Of the record; where there is a list they are the same in every row. */
  readonly fields: readonly SqlField[]
  /** Every row is one item of it; without a list two rows are a bad answer. */
  readonly list?: {
    readonly field: string
    readonly fields: readonly SqlField[]
    readonly orderBy: readonly string[]
    /** More rows than these are a bad answer. */
    readonly most: number
  }
}

/** Reads `sql.json` of an operation's folder; its form is judged by `schemas/sql-map.v1.schema.json`. */
export const readSqlMap = (folder: string): SqlMap => readMap(folder, 'sql') as SqlMap

export const columnsOf = ({ fields, list }: SqlMap): readonly string[] => [
  ...new Set([...fields, ...(list?.fields ?? [])].map(({ column }) => column)),
]
