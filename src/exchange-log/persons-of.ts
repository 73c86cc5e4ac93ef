import type { ExchangePlan } from '../model/exchange.ts'
import type { PersonName } from '../model/person.ts'
import type { MarkedPerson } from '../store/person-marks.ts'
import type { SearchMarks } from '../store/search-marks.ts'

/** Who applies, and who signed for a firm; whom registries are asked about is marked when they are. */
export function personsOf({ applicant, mandate }: ExchangePlan, marks: SearchMarks | undefined): MarkedPerson[] {
  if (marks === undefined) return []
  const marked = (part: MarkedPerson['part'], name: PersonName): MarkedPerson => ({
    ...{ part, kind: name.identifierType },
    mark: marks.person(name),
  })
  const signer = mandate && marked('representative', { identifierType: 'egn', identifier: mandate.signer })
  const own = applicant === undefined ? [] : [marked('applicant', applicant)]
  return [...own, ...(signer === undefined ? [] : [signer])]
}
