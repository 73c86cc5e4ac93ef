import type { Request, Response } from 'express'

/** What the caller would like (RFC 7240). What it does not say, or says in another form, is as if it were not there. */
export interface Preferences {
  /** Whole seconds, at most `LONGEST_WAIT_SECONDS`. */
  readonly wait?: number
  readonly respondAsync: boolean
}

/** Whoever would wait longer asks again: a connection is no place to wait for hours. */
export const LONGEST_WAIT_SECONDS = 60
/** Longer than any list of preferences that is meant. */
const LONGEST_HEADER = 1000

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
const ITEM = new RegExp(`(?:[^,"]|${QUOTED})+`, 'g')
/** A preference and its value; parameters after a semicolon mean nothing here (§2). */
const PREFERENCE = new RegExp(`^(${TOKEN})(?:[ \\t]*=[ \\t]*(${TOKEN}|${QUOTED})?)?[ \\t]*(?:;.*)?$`)

/** Of several with one name the first counts (§2). */
export function readPrefer(header = ''): Preferences {
  const told = new Map(preferencesIn(header.length > LONGEST_HEADER ? '' : header).toReversed())
  const wait = told.get('wait') ?? ''
  return {
    ...(/^\d{1,9}$/.test(wait) ? { wait: Math.min(Number(wait), LONGEST_WAIT_SECONDS) } : {}),
    respondAsync: told.get('respond-async') === '',
  }
}

const preferencesIn = (header: string): (readonly [string, string])[] =>
  (header.match(ITEM) ?? []).flatMap((item) => {
    const [, name, value = ''] = PREFERENCE.exec(item.trim()) ?? []
    return name === undefined ? [] : [[name.toLowerCase(), unquoted(value)] as const]
  })

const unquoted = (value: string): string =>
  value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value

export const preferencesOf = (request: Request): Preferences => {
  const { prefer } = request.headers
  return readPrefer(Array.isArray(prefer) ? prefer.join(',') : prefer)
}

/** How long this caller waits; `unsaid` where it does not say. To wait and then to be told is one wish in two words (§4.3). */
export const waitMsOf = <Unsaid>({ wait, respondAsync }: Preferences, unsaid: Unsaid): number | Unsaid => {
  if (wait !== undefined) return wait * 1000
  return respondAsync ? 0 : unsaid
}

/** `answered`: the answer was there in time, so nothing was responded asynchronously. */
export function tellApplied({ wait, respondAsync }: Preferences, answered: boolean, response: Response): void {
  const applied = [
    ...(respondAsync && !answered ? ['respond-async'] : []),
    ...(wait === undefined ? [] : [`wait=${wait}`]),
  ]
  if (applied.length > 0) response.set('Preference-Applied', applied.join(', '))
}
