import type { IdentifierType } from '../model/application.ts'
import type { PersonPart } from '../model/person.ts'

/** Somebody as rows have them: by a keyed hash. */
export interface MarkedName {
  readonly kind: IdentifierType
  readonly mark: string
}

export interface MarkedPerson extends MarkedName {
  readonly part: Exclude<PersonPart, 'subject'>
}

interface Columns {
  readonly kinds: readonly string[]
  readonly marks: readonly string[]
}

export const personColumns = (
  persons: readonly MarkedPerson[] = [],
): Columns & { readonly parts: readonly string[] } => ({
  parts: persons.map(({ part }) => part),
  kinds: persons.map(({ kind }) => kind),
  marks: persons.map(({ mark }) => mark),
})

interface Question {
  readonly call: string
  readonly about?: readonly MarkedName[]
}

export function aboutColumns(questions: readonly Question[]): Columns & { readonly calls: readonly string[] } {
  const all = questions.flatMap(({ call, about = [] }) => about.map((name) => ({ call, ...name })))
  return {
    calls: all.map(({ call }) => call),
    kinds: all.map(({ kind }) => kind),
    marks: all.map(({ mark }) => mark),
  }
}
