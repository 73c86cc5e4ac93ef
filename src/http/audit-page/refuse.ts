import type { Request, Response } from 'express'
import type { BrokerError } from '../../problem/broker-error.ts'
import { problemOf } from '../render-problem.ts'
import { ProblemPage } from './problem-page.tsx'
import { pageLanguage, sendPage } from './render.ts'
import { viewOf } from './view.ts'

/** Is it somebody at a browser, who gets a page where a program gets a problem? */
export const wantsPage = (request: Request): boolean =>
  (request.path === '/audit' || request.path.startsWith('/audit/')) && request.accepts(['json', 'html']) === 'html'

export function renderRefusal(error: BrokerError, request: Request, response: Response): void {
  const language = pageLanguage(request)
  const problem = problemOf(error, language)
  if (error.status === 503) response.set('Retry-After', '5')
  // Within this site: whatever the address was made of, it leads nowhere else.
  const again = error.code === 'access.other-site' ? { again: request.originalUrl } : {}
  sendPage(response, error.status, ProblemPage({ view: viewOf(language, '/audit', {}), problem, ...again }))
}
