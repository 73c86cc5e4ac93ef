import type { IdentifierType } from '../model/application.ts'
import type { PersonName } from '../model/person.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { isEgn, isEik, isLnch } from '../schema/identifiers.ts'

const HOLDS: Readonly<Record<IdentifierType, (text: string) => boolean>> = { egn: isEgn, lnch: isLnch, eik: isEik }

/** Semantics identifiers of ETSI EN 319 412-1 §5.1.3 and §5.1.4, as certificates have them. */
const PREFIXES: Readonly<Record<string, IdentifierType>> = { 'PNOBG-': 'egn', 'PI:BG-': 'lnch', 'NTRBG-': 'eik' }

/** Refuses with `request.body` a number whose check digit is wrong; what was typed is not repeated. */
export function requirePersonName({ identifierType, identifier }: PersonName): PersonName {
  if (!HOLDS[identifierType](identifier))
    throw new BrokerError('request.body', '/identifier: the form or the check digit is wrong')
  return { identifierType, identifier }
}

/** Refuses with `request.parameter`. */
export function personOf(userCode: string): PersonName {
  const prefix = Object.keys(PREFIXES).find((each) => userCode.startsWith(each)) ?? ''
  const identifierType = PREFIXES[prefix]
  const identifier = userCode.slice(prefix.length)
  if (identifierType === undefined || !HOLDS[identifierType](identifier))
    throw new BrokerError(
      'request.parameter',
      `userCode: ${Object.keys(PREFIXES).join(', ')} and a number with a right check digit are expected`,
    )
  return { identifierType, identifier }
}
