import { type OperationRef, registryOf } from '../model/ids.ts'
import type { Counting } from '../model/quota.ts'
import type { Service } from '../model/service.ts'
import type { Governance, Grant } from './governance.ts'

/** Call → the limits that its questions count against: the agreement's, and the owner's for the operation. */
export const countedBy = (governance: Governance, grant: Grant, service: Service): Readonly<Record<string, Counting>> =>
  Object.fromEntries(
    service.calls.flatMap(({ name, operation }) => {
      const counting = countingOf(governance, grant, operation)
      return Object.keys(counting).length === 0 ? [] : [[name, counting]]
    }),
  )

function countingOf({ owners, parties }: Governance, { agreements }: Grant, operation: OperationRef): Counting {
  const registry = registryOf(operation)
  const agreement = agreements?.find((granted) => granted.registry === registry)
  const owner = owners.get(registry)
  const total = owner === undefined ? undefined : parties.get(owner)?.totals[operation]
  return {
    ...(agreement === undefined ? {} : { agreement: agreement.digest }),
    ...(agreement?.perDay === undefined ? {} : { perDay: agreement.perDay }),
    ...(total === undefined ? {} : { total: total.perDay }),
  }
}
