import type { Response } from 'express'
import type { Allowance } from '../model/quota.ts'

const DAY_SECONDS = 86_400

/**
 * What is left of today's limits, as structured fields: one item a limit, named by the registry of the agreement, or by
 * the operation whose owner limits it.
 */
export function setAllowances(response: Response, allowances: readonly Allowance[]): void {
  if (allowances.length === 0) return
  response.set(
    'RateLimit-Policy',
    allowances.map(({ name, limit }) => `"${name}";q=${limit};w=${DAY_SECONDS}`).join(', '),
  )
  response.set(
    'RateLimit',
    allowances.map(({ name, left, resetSeconds }) => `"${name}";r=${left};t=${resetSeconds}`).join(', '),
  )
}
