import type { Request, Response } from 'express'
import type { ExchangeProgress } from '../model/exchange-progress.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import { EventStream } from './event-stream.ts'

/** One consumer follows many exchanges at once on few screens. */
const MOST_OF_ONE_PARTY = 32
/** Each holds a connection for as long as its exchange takes. */
const MOST_OF_ALL = 512
const BEAT_MS = 15_000
/** What a client does not read is not piled up here. */
const MOST_UNREAD_BYTES = 65_536

/** How many connections wait for exchanges, bounded for each party and for the process. */
export class Waiting {
  readonly #byParty = new Map<PartyId, number>()
  #all = 0

  /** Refuses with `request.rate-limited` or `broker.overloaded`. Call what it returns when the waiting is over. */
  enter(party: PartyId): () => void {
    const own = this.#byParty.get(party) ?? 0
    if (own >= MOST_OF_ONE_PARTY)
      throw new BrokerError('request.rate-limited', `${MOST_OF_ONE_PARTY} connections of yours wait for exchanges`)
    if (this.#all >= MOST_OF_ALL)
      throw new BrokerError('broker.overloaded', `${MOST_OF_ALL} connections wait for exchanges`)
    this.#byParty.set(party, own + 1)
    this.#all += 1
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      this.#all -= 1
      const left = (this.#byParty.get(party) ?? 1) - 1
      if (left > 0) this.#byParty.set(party, left)
      else this.#byParty.delete(party)
    }
  }
}

/** Aborts when the caller hangs up before its answer has left. */
export function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

export const wantsEvents = (request: Request): boolean =>
  /(?:^|,)\s*text\/event-stream\s*(?:;|,|$)/i.test(request.headers.accept ?? '')

/** Tells what happens until nothing more will; a client that comes back after that is told so (204) and stays away. */
export async function streamEvents(
  request: Request,
  response: Response,
  { broker, waiting, reader, id }: { broker: Broker; waiting: Waiting; reader: PartyId; id: ExchangeId },
): Promise<void> {
  const lastEventId = request.headers['last-event-id']
  const stream = new EventStream(response, typeof lastEventId === 'string' ? lastEventId : undefined)
  const first = await broker.progressOf(reader, id)
  if (isOver(first) && stream.fresh(first).length === 0) {
    response.status(204).end()
    return
  }
  const leave = waiting.enter(reader)
  const ending = new AbortController()
  ending.signal.addEventListener('abort', () => {
    leave()
    response.end()
  })
  const finish = (): void => ending.abort()
  response.on('error', finish).once('close', finish)
  stream.begin()
  stream.tell(first)
  if (isOver(first)) {
    finish()
    return
  }
  try {
    const stop = await broker.follow(reader, id, (progress) => {
      if (ending.signal.aborted) return
      if (progress !== undefined) stream.tell(progress)
      if (progress === undefined || isOver(progress) || response.writableLength > MOST_UNREAD_BYTES) finish()
    })
    onceAborted(ending.signal, stop)
  } catch (error) {
    finish()
    throw error
  }
  if (response.closed) finish()
  // A response that waits behind another one on its connection is not told when that connection ends.
  const beat = setInterval(() => {
    if (request.socket.destroyed) finish()
    else stream.beat()
  }, BEAT_MS)
  onceAborted(ending.signal, () => clearInterval(beat))
}

/** At once where that has happened. */
function onceAborted(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then()
  else signal.addEventListener('abort', then, { once: true })
}

const isOver = ({ state, goesOn }: ExchangeProgress): boolean => state === 'closed' && !goesOn
