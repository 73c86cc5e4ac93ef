import type { ProblemCode } from '../../../src/problem/codes.ts'
import type { SignerName, Recipe } from '../recipe.ts'
import type { Wishes } from '../forge.ts'

/**
 * One document and what edno says to it. `accepted` means: verified, and the content handed over is the honest one (or
 * what the recipe signed), octet by octet.
 */
export interface Vector<Making = Recipe> {
  readonly id: string
  readonly comment: string
  readonly flags: readonly string[]
  readonly mutation: Making
  readonly expect: ProblemCode | 'accepted'
}

export type Entry<Making = Recipe> = readonly [id: string, comment: string, mutation: Making]

export const group = <Making = Recipe>(
  expect: Vector['expect'],
  flag: string,
  entries: readonly Entry<Making>[],
): Vector<Making>[] =>
  entries.map(([id, comment, mutation]) => ({ id: `${flag}/${id}`, comment, flags: [flag], mutation, expect }))

/** A text in the document is replaced by another. */
export const put = (find: string, text: string, document = '{{sealed}}'): Recipe => ({
  document,
  changes: [{ find, put: text }],
})
export const cut = (pattern: string, text = '', document = '{{sealed}}'): Recipe => ({
  document,
  changes: [{ pattern, put: text }],
})
export const before = (find: string, text: string, document = '{{sealed}}'): Recipe => put(find, text + find, document)
export const text = (document: string): Recipe => ({ document })
export const inRoot = (content: string): Recipe => before('<ExchangeId>', content)

/** A true signature of the party (RSA) with these wishes. */
export const signed = (wishes: Wishes, by: SignerName = 'party', over?: string): Recipe => ({
  sign: { by, ...(over === undefined ? {} : { over }), ...wishes },
})
