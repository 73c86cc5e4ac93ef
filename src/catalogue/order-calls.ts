import type { ServiceCall } from '../model/service.ts'
import type { Report, ServiceFile } from './service-file.ts'

/** Reports cycles, and calls that can never start because of one. */
export function lintOrder(file: ServiceFile, calls: readonly ServiceCall[], report: Report): void {
  const stuck = withoutOrder(calls)
  const told = new Set<string>()
  for (const call of stuck) {
    const cycle = cycleFrom(call, stuck)
    if (cycle.length === 0 || cycle.some((name) => told.has(name))) continue
    for (const name of cycle) told.add(name)
    report(['calls', call.name], `cycle: ${[...cycle, cycle[0]].join(' → ')}`)
  }
  for (const { name, needs } of stuck)
    if (!told.has(name))
      report(['calls', name], `unreachable: it needs ${needs.join(', ')}, which can never be answered`)
  for (const { name, needs } of calls) {
    const gone = needs.filter((need) => !Object.hasOwn(file.calls, need))
    if (gone.length > 0) report(['calls', name], `unreachable: it needs ${gone.join(', ')}, which does not exist`)
  }
}

/** Each call after those it needs; calls that have no such place come last. */
export function inOrder(calls: readonly ServiceCall[]): readonly ServiceCall[] {
  const placed: ServiceCall[] = []
  const names = new Set<string>()
  for (let next = nextOf(calls, names); next !== undefined; next = nextOf(calls, names)) {
    placed.push(next)
    names.add(next.name)
  }
  return [...placed, ...calls.filter(({ name }) => !names.has(name))]
}

const nextOf = (calls: readonly ServiceCall[], placed: ReadonlySet<string>): ServiceCall | undefined =>
  calls.find(
    ({ name, needs }) =>
      !placed.has(name) && needs.every((need) => placed.has(need) || !calls.some((other) => other.name === need)),
  )

/** Calls on a cycle, and those that need one of them. */
export function withoutOrder(calls: readonly ServiceCall[]): readonly ServiceCall[] {
  const ordered = new Set<string>()
  for (let next = nextOf(calls, ordered); next !== undefined; next = nextOf(calls, ordered)) ordered.add(next.name)
  return calls.filter(({ name }) => !ordered.has(name))
}

/** The names of a cycle through this call, in the order in which they need each other; empty where there is none. */
function cycleFrom(start: ServiceCall, calls: readonly ServiceCall[]): readonly string[] {
  const seen = new Set<string>()
  const follow = (name: string, path: readonly string[]): readonly string[] => {
    const call = calls.find((other) => other.name === name)
    if (call === undefined || seen.has(name)) return []
    seen.add(name)
    for (const need of call.needs) {
      if (need === start.name) return [...path, name]
      const found = follow(need, [...path, name])
      if (found.length > 0) return found
    }
    return []
  }
  return follow(start.name, [])
}
