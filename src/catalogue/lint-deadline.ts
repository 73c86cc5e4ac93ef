import type { AnyOf, ServiceCall } from '../model/service.ts'
import type { Lint } from './lint.ts'
import { withoutOrder } from './order-calls.ts'

/**
 * What a service promises must be possible: the required calls that wait for each other, each asked once and each as slow as
 * it may be, end before the answer leaves, or before its outer end where it may come later. Repetitions use only the
 * time that is left over.
 */
export function lintDeadline({ file, report }: Lint, calls: readonly ServiceCall[]): void {
  const longest = longestChains(calls, file.anyOf ?? [])
  const endMs = file.deadlineMs + (file.deferMs ?? 0)
  const stuck = new Set(withoutOrder(calls).map(({ name }) => name))
  for (const { name, need } of calls) {
    const chain = longest.get(name) ?? []
    const sum = chain.reduce((before, { timeoutMs }) => before + timeoutMs, 0)
    if (need === 'required' && sum > endMs && !stuck.has(name)) report(['deadlineMs'], complaint(endMs, sum, chain))
  }
}

function complaint(endMs: number, sum: number, chain: readonly ServiceCall[]): string {
  const names = chain.map(({ name }) => name).join(' → ')
  return chain.length > 1
    ? `${endMs} ms is shorter than the ${sum} ms that ${names} may take one after the other`
    : `${endMs} ms is shorter than the ${sum} ms that the required call ${names} may take`
}

/** Call → the slowest chain of calls that ends with it. */
function longestChains(
  calls: readonly ServiceCall[],
  groups: readonly AnyOf[],
): ReadonlyMap<string, readonly ServiceCall[]> {
  const chains = new Map<string, readonly ServiceCall[]>()
  const lengthOf = (chain: readonly ServiceCall[]): number => chain.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0)
  const chainTo = (name: string, under: readonly string[]): readonly ServiceCall[] => {
    const known = chains.get(name)
    const call = calls.find((other) => other.name === name)
    // A cycle and an unknown name are told elsewhere.
    if (known !== undefined || call === undefined || under.includes(name)) return known ?? []
    const before = [...call.needs, ...beforeIn(groups, name)].map((need) => chainTo(need, [...under, name]))
    const chain = [...before.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one), []), call]
    chains.set(name, chain)
    return chain
  }
  for (const { name } of calls) chainTo(name, [])
  return chains
}

/** The call of its group that is asked just before it. */
function beforeIn(groups: readonly AnyOf[], name: string): readonly string[] {
  const group = groups.find((members) => members.includes(name)) ?? []
  return group.slice(Math.max(0, group.indexOf(name) - 1), Math.max(0, group.indexOf(name)))
}
