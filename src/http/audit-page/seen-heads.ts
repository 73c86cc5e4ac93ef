import type { Request, Response } from 'express'
import type { LogSince } from '../../model/log-since.ts'

/** A head of the log that the browser kept, and since when. */
interface KeptHead {
  readonly at: Date
  /** The signed note; whatever the cookie held, where that is none. */
  readonly note: string
}

/** What the page says of the log, and of which visit. */
export interface SeenLog {
  readonly told: LogSince
  /** When the head was kept that the log was compared with. */
  readonly at?: Date
}

/** `seen`: the head of the last page that was shown. `visit`: what `seen` was when this visit began. */
const COOKIES = { seen: 'edno_seen', visit: 'edno_visit' } as const
type Cookie = keyof typeof COOKIES

/** As long as browsers keep anything. */
const KEPT_MS = 400 * 86_400_000

/**
 * Compares the log with what this browser saw of it at the visit before, and has it remember the head of today. The browser
 * keeps the head, not edno: who replaces edno's rows cannot replace that. Where the log is not whole the browser keeps what it
 * has, which is the proof.
 */
export async function seenLog(
  request: Request,
  response: Response,
  since: (note: string | undefined) => Promise<LogSince>,
  now: Date,
): Promise<SeenLog> {
  const [seen, visit] = [headIn(request, 'seen'), headIn(request, 'visit')]
  const before = visit ?? seen
  const of = before === undefined ? {} : { at: before.at }
  const told = await since(before?.note)
  if (told.whole === 'no') return { told, ...of }
  const last = seen === undefined ? told : await since(seen.note)
  if (last.whole === 'no') return { told: last, ...of }
  const fresh = { at: now, note: told.head.note }
  keep(response, 'seen', fresh)
  if (visit === undefined) keep(response, 'visit', before ?? fresh)
  return { told, ...of }
}

function headIn({ headers }: Request, cookie: Cookie): KeptHead | undefined {
  const beginning = `${COOKIES[cookie]}=`
  const pair = headers.cookie?.split(/; */).find((one) => one.startsWith(beginning))
  if (pair === undefined) return undefined
  const [seconds = '', text = ''] = pair.slice(beginning.length).split('.')
  const at = new Date(/^\d{1,10}$/.test(seconds) ? Number(seconds) * 1000 : 0)
  return { at, note: Buffer.from(text, 'base64url').toString('utf8') }
}

/**
 * `Lax`: whoever follows a link from elsewhere brings the cookie along; without it that visit would pass for a first one, and
 * the head of the visit before would be forgotten.
 */
function keep(response: Response, cookie: Cookie, { at, note }: KeptHead): void {
  const value = `${Math.floor(at.getTime() / 1000)}.${Buffer.from(note).toString('base64url')}`
  const lasting = cookie === 'seen' ? { maxAge: KEPT_MS } : {}
  response.cookie(COOKIES[cookie], value, { httpOnly: true, secure: true, sameSite: 'lax', path: '/audit', ...lasting })
}
