/** Objects under construction. */
export type Draft = Record<string, unknown>

const isDraft = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a dotted path; `undefined` where any step is missing. Lists are not entered. */
export const fieldAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (isDraft(at) && Object.hasOwn(at, name) ? at[name] : undefined), value)

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

const define = (target: Draft, name: string, value: unknown): void =>
  void Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
