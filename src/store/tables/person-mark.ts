import type { Generated } from 'kysely'
import type { IdentifierType } from '../../model/application.ts'
import type { PersonPart } from '../../model/person.ts'

/** Whom an exchange was about, as a keyed hash (`store/search-marks.ts`); gone when the exchange is erased. */
export interface PersonMarkTable {
  readonly exchange: number
  readonly part: PersonPart
  /** Which call asked about a subject; empty for the others. */
  readonly call: Generated<string>
  /** Of the number that names them: firms are no persons. */
  readonly kind: IdentifierType
  readonly mark: string
}
