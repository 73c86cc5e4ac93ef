/** Objects under construction. */
export type Draft = Record<string, unknown>

const isDraft = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a dotted path; `undefined` where any step is missing. Lists are not entered. */
export const fieldAt = (value: unknown, path: string): unknown =>
  path.includes('.') ? path.split('.').reduce<unknown>(memberOf, value) : memberOf(value, path)

const memberOf = (value: unknown, name: string): unknown =>
  isDraft(value) && Object.hasOwn(value, name) ? value[name] : undefined

/**
 * Sets the value at a dotted path, making the objects on the way. Paths come from maps, never from a wire; members that every object
 * inherits are not entered all the same: a map that names `__proto__` must not reach what all of edno shares.
 */
export function setField(target: Draft, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() ?? path
  let at = target
  for (const name of names) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined
    const inner: Draft = isDraft(next) ? next : {}
    define(at, name, inner)
    at = inner
  }
  define(at, last, value)
}

/** Only `__proto__` is set otherwise than any name; defining costs many times what setting does. */
function define(target: Draft, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
  else target[name] = value
}
