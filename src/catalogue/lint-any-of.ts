import type { AnyOf, ServiceCall } from '../model/service.ts'
import type { Lint } from './lint.ts'
import type { FilePath } from './service-file.ts'

/**
 * A group of which one answer is enough must be decidable: calls of the service, each made once, in one group, with one need,
 * that do not need each other. Another call may read a call of it only if it reads all of them: which one will be
 * there nobody knows.
 */
export function lintAnyOf({ file: { anyOf = [], mandate }, report }: Lint, calls: readonly ServiceCall[]): void {
  const seen = new Set<string>()
  for (const [index, group] of anyOf.entries()) {
    const at = ['anyOf', index]
    for (const name of group) {
      const call = calls.find((other) => other.name === name)
      if (call === undefined) report(at, `the service has no call ${name}`)
      if (call?.forEach !== undefined) report(at, `${name} is made for each item of a list, not once`)
      if (mandate?.call === name) report(at, `${name} shows the mandate and must always be made`)
      if (seen.has(name)) report(at, `${name} stands in another group too`)
      seen.add(name)
    }
    lintNeed(group, calls, (message) => report(at, message))
    lintReaders(group, calls, report)
  }
}

function lintNeed(group: AnyOf, calls: readonly ServiceCall[], report: (message: string) => void): void {
  const members = calls.filter(({ name }) => group.includes(name))
  if (new Set(members.map(({ need }) => need)).size > 1) report('its calls are all required or all optional')
  for (const { name, needs } of members)
    for (const need of needs) if (group.includes(need)) report(`${name} needs ${need}: that is no alternative to it`)
}

function lintReaders(
  group: AnyOf,
  calls: readonly ServiceCall[],
  report: (path: FilePath, message: string) => void,
): void {
  for (const { name, needs } of calls) {
    if (group.includes(name) || !group.some((member) => needs.includes(member))) continue
    const unread = group.filter((member) => !needs.includes(member))
    if (unread.length > 0)
      report(
        ['calls', name],
        `reads some of ${group.join(', ')}, of which any may be missing, and not ${unread.join(', ')}`,
      )
  }
}
