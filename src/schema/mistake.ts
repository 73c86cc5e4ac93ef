import type { ErrorObject } from 'ajv'

/** One thing that is wrong with a document. Says where and which rule, never the value that stands there. */
export interface SchemaMistake {
  /** RFC 6901 pointer to the place; empty for the whole document. */
  readonly pointer: string
  readonly message: string
}

/** Members' names come from the caller too: what could be an identifier, or a sentence, is not repeated. */
const safeName = (name: string): string => (/\d{6}/.test(name) || name.length > 60 ? '(name withheld)' : name)

const safePointer = (pointer: string): string => pointer.split('/').map(safeName).join('/')

const escapeSegment = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const unexpectedMember = (error: ErrorObject): string | undefined => {
  const params: Record<string, unknown> = error.params
  const name = params['additionalProperty'] ?? params['unevaluatedProperty']
  return typeof name === 'string' ? name : undefined
}

export const toMistake = (error: ErrorObject): SchemaMistake => {
  const member = unexpectedMember(error)
  if (member !== undefined) {
    return { pointer: safePointer(`${error.instancePath}/${escapeSegment(member)}`), message: 'is not a known member' }
  }
  const allowed: unknown =
    error.keyword === 'enum' ? (error.params as Record<string, unknown>)['allowedValues'] : undefined
  const hint = Array.isArray(allowed) ? `: ${allowed.map(String).join(', ')}` : ''
  return { pointer: safePointer(error.instancePath), message: `${error.message ?? 'does not match the schema'}${hint}` }
}

/** `/calls/driver/input` → `['calls', 'driver', 'input']`; digits become numbers, as array positions. */
export const pointerPath = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment) => (/^(0|[1-9]\d*)$/.test(segment) ? Number(segment) : segment))
