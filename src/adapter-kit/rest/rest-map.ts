import type { TextType } from '../decode-text.ts'
import { readMap } from '../read-map.ts'

/** One line between a member of the registry's JSON and a field of ours, read in both directions. */
export interface JsonField {
  /** Dotted path in the registry's words; inside `each` relative to the item. */
  readonly wire: string
  /** Dotted path of the input or the evidence; inside `each` relative to the item. */
  readonly field: string
  /** What a text of the registry stands for; a number or a boolean of JSON needs none. */
  readonly type?: TextType
  /** The registry's word (`true` and `false` too) → ours; one that is not listed makes the answer a bad one. */
  readonly values?: Readonly<Record<string, string | number | boolean>>
  readonly required?: true
  /** A list: one item for each of the registry's. */
  readonly each?: readonly JsonField[]
}

/** `rest.json` beside an operation: one POST of JSON, one JSON object back. */
export interface RestMap {
  /** Appended to the registry's URL. */
  readonly path: string
  readonly question: readonly JsonField[]
  readonly answer: {
    /** What tells whether there is a record: absent, null or an empty list is none. */
    readonly found: string
    /** The registry's number of its answer, and what stands before it in edno's. */
    readonly reference: string
    readonly referencePrefix?: string
    /** Where the answer says as of when it holds; the time of the answer where there is none. */
    readonly asOf?: string
    /** Where the registry repeats whom it was asked about. */
    readonly echo?: string
    readonly fields: readonly JsonField[]
  }
}

/** Reads `rest.json` of an operation's folder; its form is judged by `schemas/rest-map.v1.schema.json`. */
export const readRestMap = (folder: string): RestMap => readMap(folder, 'rest') as RestMap
