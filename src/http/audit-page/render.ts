import type { Request, Response } from 'express'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { languageOf } from '../render-problem.ts'

/** The page brings everything itself and may be framed by nobody; nothing in it runs. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** As the address says, or else the browser. */
export const pageLanguage = (request: Request): 'bg' | 'en' => {
  const { lang } = request.query
  return lang === 'bg' || lang === 'en' ? lang : languageOf(request)
}

export function sendPage(response: Response, status: number, page: VNode): void {
  response
    .status(status)
    .set('Content-Security-Policy', POLICY)
    .set('Referrer-Policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .vary('Accept-Language')
    .send(`<!doctype html>${renderToString(page)}`)
}
