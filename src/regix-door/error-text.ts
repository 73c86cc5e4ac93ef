import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'

/** The literal beginnings that clients of RegiX look for; edno's code stands after each, in brackets. */
const NOT_FOUND = 'Access denied! ConsumerCertificate is not found.'
const NOT_ACTIVE = 'Access denied! ConsumerCertificate is not active'

const BEGINNINGS: Partial<Readonly<Record<ProblemCode, string>>> = {
  'access.unauthenticated': NOT_FOUND,
  'access.unknown-party': NOT_FOUND,
  'access.suspended': NOT_ACTIVE,
  'access.certificate-untrusted': NOT_ACTIVE,
  'access.certificate-revoked': NOT_ACTIVE,
  'regix.closed': 'Access denied!',
  'regix.checks-only': 'Access denied!',
  'regix.operation-not-connected': 'Service is disabled!',
}

/**
 * `Error` of a result. RegiX tells codes of its own nowhere; its words come first, as clients know them, then edno's code,
 * and what it says to people, in Bulgarian as all that the clerks of such clients read: a detail, which is in English, stands in a fault's
 * `detail` alone.
 */
export const errorText = (code: ProblemCode): string => {
  const beginning = beginningOf(code)
  return `${beginning === undefined ? '' : `${beginning} `}[${code}] ${PROBLEMS[code].bg}`
}

function beginningOf(code: ProblemCode): string | undefined {
  const special = BEGINNINGS[code]
  if (special !== undefined) return special
  if (code.startsWith('access.') && PROBLEMS[code].status < 500) return 'Access denied!'
  // What a registry did not do is told in its own words; the rest is a failure in the middle.
  return code.startsWith('provider.') || code.startsWith('exchange.') ? undefined : 'Error occurred!'
}
