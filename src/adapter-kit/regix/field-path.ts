/** Objects under construction. */
export type Draft = Record<string, unknown>

const isDraft = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a dotted path; `undefined` where any step is missing. Lists are not entered. */
export const fieldAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (isDraft(at) && Object.hasOwn(at, name) ? at[name] : undefined), value)

/** Sets the value at a dotted path, making the objects on the way. Paths come from our own maps, never from a wire. */
export function setField(target: Draft, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() ?? path
  let at = target
  for (const name of names) {
    const next = at[name]
    const inner: Draft = isDraft(next) ? next : {}
    at[name] = inner
    at = inner
  }
  at[last] = value
}
