import { BrokerError } from '../problem/broker-error.ts'
import { isEgn, isLnch } from '../schema/identifiers.ts'
import { egnInPieces } from './agreement/holds-identifier.ts'

/**
 * Numbers of cases are kept in clear, and stand in addresses, which proxies log: none may be, or hold, the number of a person,
 * by whichever way it comes in. Municipalities number their cases themselves, often with many digits, and old clients send as
 * ServiceURI what they always sent: refused is what is such a number by its date and its check digit, in one piece or in
 * several, and nothing that only has as many digits. Refuses with `code`.
 */
export function requireCaseNumber(number: string, code: 'request.parameter' | 'request.schema'): void {
  const plain = number.normalize('NFKC').replace(/\p{Cf}/gu, '')
  // One in ten numbers of ten digits ends as that of a foreigner would: of these only what is nothing else is refused.
  if (wholeTens(plain).some(isEgn) || egnInPieces(plain) || isLnch(plain.trim()))
    throw new BrokerError(code, 'case: the number of a case is expected, this looks like that of a person')
}

const wholeTens = (text: string): string[] => text.match(/(?<!\d)\d{10}(?!\d)/g) ?? []
