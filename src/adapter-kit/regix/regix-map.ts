import type { TextType } from '../decode-text.ts'
import { readMap } from '../read-map.ts'

/**
 * One line between a place on the wire and a field of ours, read in both directions: a client reads answers with it,
 * a stand-in (or a server door) writes them. Lines stand in the order of the published schema's sequence.
 *
 * `wire` is a path below the element: `PersonNames/n2:FirstName`. A prefix of `namespaces` switches the namespace for
 * that name and those below it; `@name` is an attribute; `Record[FieldIdent=00050]` is the one whose child has that text.
 */
export interface WireField {
  readonly wire: string
  /** Dotted path of the input or the evidence; inside `each` and `first` relative to the item. */
  readonly field?: string
  readonly type?: TextType
  /** The registry's code → our word; a code that is not listed makes the answer a bad one. */
  readonly values?: Readonly<Record<string, string>>
  /** Children of `wire` whose texts, joined with a blank, are the field. */
  readonly parts?: readonly string[]
  /** `wire` is repeated; the texts, joined with this, are the field. */
  readonly join?: string
  /** An answer without it is a bad answer. */
  readonly required?: boolean
  /** The field has this value where the element is present at all. */
  readonly present?: string
  /**
   * Of a list: whether `wire` stands in it at all; what is in such an element is not read. Where not even the list stands there,
   * nothing was said.
   */
  readonly listed?: true
  /** Not written, or not read: another line of the same field is. */
  readonly readOnly?: true
  readonly writeOnly?: true
  /** The line counts only where the field named has this value (or, without `is`, any). */
  readonly when?: { readonly field: string; readonly is?: string }
  /** Written as it is, never read. */
  readonly constant?: string
  /** Written as a fresh value, never read. */
  readonly stamp?: 'id' | 'instant'
  /** A list: one item for each element, after those of an earlier line of the same field. */
  readonly each?: readonly WireField[]
  /** An object: the first of the elements, whatever their number. */
  readonly first?: readonly WireField[]
  /** What is sent of the field; such a line says nothing about whom the registry answered. */
  readonly transform?: 'first6'
}

export interface WireRoot {
  readonly root: string
  readonly namespace: string
  readonly namespaces?: Readonly<Record<string, string>>
  readonly fields: readonly WireField[]
}

/** How the registry says that it has no record; no common rule exists (an unknown code is an error, never "no data"). */
export type NotFoundRule =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'code'
      readonly wire: string
      readonly found: readonly string[]
      readonly notFound: readonly string[]
    }

/** `regix.json` beside an operation. */
export interface RegixMap {
  /** Full technical name; sent literally. */
  readonly operation: string
  /** The registry may answer later: its operation must be idempotent. */
  readonly asynchronous?: true
  readonly request: WireRoot
  readonly response: WireRoot & {
    /** Name of the response type, as the access matrix names it. */
    readonly type: string
    readonly notFound: NotFoundRule
    /** Where the answer says as of when it holds; the time of the answer where there is none. */
    readonly asOf?: string
  }
}

/** Reads `regix.json` of an operation's folder; its form is judged by `schemas/regix-map.v1.schema.json`. */
export const readRegixMap = (folder: string): RegixMap => readMap(folder, 'regix-v2') as RegixMap
