import { AdapterFault, type AdapterFaultKind } from '../adapter.ts'

/** Classes and codes of SQLSTATE (PostgreSQL, appendix A), the longer one first. */
const KINDS: readonly (readonly [string, AdapterFaultKind])[] = [
  ['57014', 'timeout'],
  ['42501', 'refused'],
  ['28', 'refused'],
  ['53', 'busy'],
  ['42', 'bad-answer'],
  ['3F', 'bad-answer'],
  ['3D', 'bad-answer'],
  ['22', 'bad-answer'],
]

/** The database's own messages can hold values of rows: only their five-character code is passed on. */
export function sqlFault(error: unknown): AdapterFault {
  if (AdapterFault.is(error)) return error
  const code = codeOf(error)
  const kind = KINDS.find(([start]) => code.startsWith(start))?.[1] ?? 'unavailable'
  return new AdapterFault(kind, `the registry's database did not answer (${code})`)
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{3,30}$/.test(code) ? code : 'no code'
}
