import type { PersonDesk } from '../http/record-desks.ts'
import type { Reader } from '../model/exchange-list.ts'
import type { JsonObject } from '../model/json.ts'
import type { PersonPage, PersonQuestion } from '../model/person.ts'
import { holdsIdentifier } from '../policy/agreement/holds-identifier.ts'
import { requireAuditor } from '../policy/may-audit.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { exchangesAbout } from '../store/persons.ts'
import { requireSound } from './list-filter.ts'
import { requirePersonName } from './person-name.ts'
import type { Capabilities } from './ports.ts'
import { requireMarks } from './search.ts'

type Needs = Pick<Capabilities, 'store' | 'rules' | 'log' | 'keys'>

/** The exchanges that one person stands in, for auditors who say why they look. */
export const personDesk = (has: Needs): PersonDesk => ({
  search: async (reader, question) => {
    const role = requireAuditor(has.rules.governance, reader.party)
    const { from, to, offset, limit } = question
    requireSound({ from, to })
    const name = requirePersonName(question)
    const marks = requireMarks(has.keys)
    await has.log.read({ ...whoReads(reader, role), what: 'person', question: withoutPerson(question) })
    return exchangesAbout(has.store.db, {
      ...{ mark: marks.person(name), offset, limit },
      ...{ from: new Date(from), to: new Date(to) },
    }) satisfies Promise<PersonPage>
  },
})

export const whoReads = ({ party, certificate }: Reader, role: string) => ({ by: party, role, certificate })

/** Neither the number nor its mark: whoever reads what auditors asked must not learn whom they looked for. */
function withoutPerson({ basis, from, to, offset, limit, identifierType }: PersonQuestion): JsonObject {
  if (holdsIdentifier(basis))
    throw new BrokerError('request.body', '/basis: holds what looks like a number of a person; say an order or a case')
  return { basis, from, to, offset, limit, identifierType }
}
