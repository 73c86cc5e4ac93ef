import type { PlannedCall } from '../model/exchange.ts'
import type { Counter } from '../store/quotas.ts'

/** What the questions of a call count against, by the names that the rows have. */
export function countersOf({ operation, counting }: Pick<PlannedCall, 'operation' | 'counting'>): readonly Counter[] {
  if (counting === undefined) return []
  const { agreement, perDay, total } = counting
  return [
    ...(agreement === undefined ? [] : [{ name: ofAgreement(agreement), ...(perDay === undefined ? {} : { perDay }) }]),
    ...(total === undefined ? [] : [{ name: ofOperation(operation), perDay: total }]),
  ]
}

export const ofAgreement = (digest: string): string => `agreement:${digest}`
export const ofOperation = (operation: string): string => `operation:${operation}`
