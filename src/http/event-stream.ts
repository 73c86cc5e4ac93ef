import { createHash } from 'node:crypto'
import type { Response } from 'express'
import type { CallProgress, ExchangeProgress } from '../model/exchange-progress.ts'

interface StreamEvent {
  readonly name: 'call' | 'deferred' | 'answer' | 'supplement'
  /** What it tells, once in a stream and all that resume it. */
  readonly about: string
  readonly data: object
}

/** What is told of an exchange: names, outcomes and times; never evidence. */
function eventsOf(progress: ExchangeProgress): readonly StreamEvent[] {
  const { exchangeId, state, status, outerEnd } = progress
  const href = `/v1/exchanges/${exchangeId}`
  return [
    ...progress.calls.filter((call) => call.state === 'ended').map(callEvent),
    ...(state === 'deferred' ? [{ name: 'deferred', about: 'deferred', data: { exchangeId, outerEnd } } as const] : []),
    ...(state === 'closed' ? [{ name: 'answer', about: 'answer', data: { exchangeId, status, href } } as const] : []),
    ...progress.supplements.map((call) => ({
      name: 'supplement' as const,
      about: `supplement ${call}`,
      data: { exchangeId, call, href: `${href}/supplements/${call}` },
    })),
  ]
}

const callEvent = ({ call, operation, outcome, problem, elapsedMs }: CallProgress): StreamEvent => ({
  name: 'call',
  about: `call ${call}`,
  data: { call, operation, outcome, ...(problem === undefined ? {} : { problem }), elapsedMs },
})

const MARK = 4
/** More marks than an exchange has events. */
const LONGEST_ID = MARK * 512

/** 24 bits of a digest. */
const markOf = (about: string): string => createHash('sha256').update(about).digest('base64url').slice(0, MARK)

/**
 * The events of one exchange as Server-Sent Events. An event's id holds a mark of everything told so far, so that any
 * process can resume the stream where a connection broke: rows of calls end in no order that one number could name.
 */
export class EventStream {
  readonly #response: Response
  readonly #told: Set<string>

  constructor(response: Response, lastEventId: string | undefined) {
    this.#response = response
    this.#told = marksIn(lastEventId)
  }

  begin(): void {
    this.#response.status(200).type('text/event-stream').set('X-Accel-Buffering', 'no')
    this.#write('retry: 2000\n\n')
  }

  /** Events that this stream has not told yet. */
  fresh(progress: ExchangeProgress): readonly StreamEvent[] {
    return eventsOf(progress).filter(({ about }) => !this.#told.has(markOf(about)))
  }

  tell(progress: ExchangeProgress): void {
    for (const { name, about, data } of this.fresh(progress)) {
      this.#told.add(markOf(about))
      this.#write(`id: ${[...this.#told].join('')}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
    }
  }

  /** A comment: keeps connection and proxies awake, is no event. */
  beat(): void {
    this.#write(':\n\n')
  }

  /** What is written after the end becomes an error of the response. */
  #write(text: string): void {
    if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.write(text)
  }
}

/** Of anything else nothing is believed to have been told. */
function marksIn(lastEventId: string | undefined): Set<string> {
  if (lastEventId === undefined || lastEventId.length > LONGEST_ID || !/^([\w-]{4})*$/.test(lastEventId))
    return new Set()
  return new Set(lastEventId.match(/.{4}/g) ?? [])
}
