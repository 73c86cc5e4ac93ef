import type { Request, Response } from 'express'
import type { BrokerError } from '../problem/broker-error.ts'
import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import { setAllowances } from './allowances.ts'

/** RFC 9457 problem details; `code`, `retry` and `advice` are edno's extension members. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly code: ProblemCode
  readonly retry: 'never' | 'later' | 'new-id'
  readonly advice: string
}

/** Headings lose their dots in anchors: `request.expired` → `#requestexpired`. */
export const problemType = (code: ProblemCode): string => `/docs/problems.md#${code.replaceAll('.', '')}`

/** The caller's language; a failure of edno carries no detail. */
export function problemOf(error: BrokerError, language: 'bg' | 'en', instance?: string): Problem {
  const row = PROBLEMS[error.code]
  return {
    type: problemType(error.code),
    title: row[language],
    status: row.status,
    ...(row.status < 500 ? { detail: error.detail } : {}),
    ...(instance === undefined ? {} : { instance }),
    code: error.code,
    retry: row.retry,
    advice: language === 'bg' ? row.doBg : row.doEn,
  }
}

/** Bulgarian, unless the caller would rather have English. */
export const languageOf = (request: Request): 'bg' | 'en' =>
  request.acceptsLanguages('bg', 'en') === 'en' ? 'en' : 'bg'

export function renderProblem(error: BrokerError, request: Request, response: Response): void {
  const language = languageOf(request)
  if (error.status === 503) response.set('Retry-After', '5')
  tellAllowances(error, response)
  response
    .status(error.status)
    .set('Content-Language', language)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, language, instanceOf(response))))
}

/** Nothing changes before the day is over. */
function tellAllowances({ allowances, status }: BrokerError, response: Response): void {
  setAllowances(response, allowances)
  const [first] = allowances
  if (status === 429 && first !== undefined) response.set('Retry-After', String(first.resetSeconds))
}

/** The address, once the contract knows its form: any other may hold anything, also somebody's identifier. */
function instanceOf(response: Response): string | undefined {
  const instance: unknown = response.locals['instance']
  return typeof instance === 'string' ? instance : undefined
}
