import type { RequestHandler } from 'express'

/** A form sends the fields that nothing was written into as well: the address to keep and to hand on has none of them. */
export const tidyQuery: RequestHandler = (request, response, next) => {
  const at = request.originalUrl.indexOf('?')
  const said = [...new URLSearchParams(at < 0 ? '' : request.originalUrl.slice(at + 1))]
  const meant = said.filter(([, value]) => value.trim() !== '')
  if (meant.length === said.length) next()
  else response.redirect(302, meant.length === 0 ? '/audit' : `/audit?${new URLSearchParams(meant).toString()}`)
}
