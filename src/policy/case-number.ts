import { BrokerError } from '../problem/broker-error.ts'
import { holdsIdentifier } from './agreement/holds-identifier.ts'

/**
 * Numbers of cases are kept in clear, and stand in addresses, which proxies log: none may be, or hold, the number of a person,
 * by whichever way it comes in. Refuses with `code`.
 */
export function requireCaseNumber(number: string, code: 'request.parameter' | 'request.schema'): void {
  if (holdsIdentifier(number))
    throw new BrokerError(code, 'case: the number of a case is expected, this looks like that of a person')
}
