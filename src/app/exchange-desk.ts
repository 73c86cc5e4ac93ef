import { setTimeout as sleep } from 'node:timers/promises'
import { CANCELLED } from '../exchange/cancel.ts'
import type { ExchangePorts } from '../exchange/ports.ts'
import { runExchange } from '../exchange/run-exchange.ts'
import type { Broker, CallerWaits, Standing } from '../http/broker.ts'
import type { ClosedExchange, ReceivedRequest, RunningExchange } from '../model/exchange.ts'
import type { ExchangeProgress } from '../model/exchange-progress.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { readableBy } from '../policy/may-read.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { locateExchange, progressOf } from '../store/progress.ts'
import { promiseAnswer } from '../store/promises.ts'
import type { Followers } from './followers.ts'
import type { Capabilities } from './ports.ts'
import type { Running } from './running.ts'
import type { Stops } from './stops.ts'

export interface ExchangeDeskParts {
  readonly has: Pick<Capabilities, 'store' | 'log' | 'rules' | 'logger' | 'clock'>
  readonly ports: ExchangePorts
  readonly running: Running
  readonly followers: Followers
  readonly stops: Stops
}

interface Where {
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
}

/** Sending an exchange, waiting for it, and looking how far it is: on one line, on another, or in another process. */
export function exchangeDesk(parts: ExchangeDeskParts): Pick<Broker, 'run' | 'standingOf' | 'progressOf' | 'follow'> {
  const rowFor = (reader: PartyId, id: ExchangeId): Promise<number> => rowOf(reader, id, parts)
  return {
    run: (received, waits) => run(received, waits, parts),
    standingOf: async (reader, id, waits) => {
      const progress = await waitFor(await rowFor(reader, id), waits, parts)
      return progress.state === 'closed' ? answerOf(progress, parts) : progress
    },
    progressOf: async (reader, id) => progressAt(await rowFor(reader, id), parts),
    follow: async (reader, id, told) => follow(await rowFor(reader, id), told, parts),
  }
}

/** Refuses with `exchange.unknown`, in the same words, what is missing and what is another's. */
export async function rowOf(reader: PartyId, id: ExchangeId, { has }: Pick<ExchangeDeskParts, 'has'>): Promise<number> {
  const row = await locateExchange(has.store.db, readableBy(has.rules.governance, reader), id)
  if (row === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
  return row
}

/** Refusals reach the caller however little it waits; once the exchange is open, it is told where the answer will be. */
async function run(received: ReceivedRequest, waits: CallerWaits, parts: ExchangeDeskParts): Promise<Standing> {
  const began = performance.now()
  const { opened, answer } = begin(received, parts)
  waits.gone.addEventListener('abort', () => void abandoned(opened, parts), { once: true })
  if (waits.ms === undefined) return standingOf(await answer, parts)
  const where = await opened
  answer.catch((error: unknown) => {
    const { exchangeId } = where
    parts.has.logger.error('an exchange failed after its caller was told to come later', { exchangeId }, error)
  })
  const left = waits.ms - (performance.now() - began)
  const ended = await Promise.race([answer, patience(left, waits, parts)])
  return standingOf(ended ?? where, parts)
}

/** What the line gave: an answer, that it will be later, or that nobody waits any more. */
const standingOf = async (
  given: ClosedExchange | RunningExchange | Where,
  parts: ExchangeDeskParts,
): Promise<Standing> => ('stage' in given && given.stage === 'closed' ? given : laterOf(given, parts))

interface Begun {
  /** As soon as the exchange is open, or known to have been before; fails where it is refused. */
  readonly opened: Promise<Where>
  readonly answer: Promise<ClosedExchange | RunningExchange>
}

function begin(received: ReceivedRequest, { running, ports, has }: ExchangeDeskParts): Begun {
  let open: (where: Where) => void = () => undefined
  const told = new Promise<Where>((resolve) => {
    open = resolve
  })
  const answer = running.admit(received.connection, (accepted) =>
    runExchange(received, ports, (where) => {
      accepted()
      open(where)
    }).catch(async (error: unknown) => {
      if (BrokerError.from(error).code !== CANCELLED) throw error
      return has.log.answerOf({ stage: 'repeated', ...(await told) })
    }),
  )
  const opened = Promise.race([told, answer])
  opened.catch(() => undefined)
  return { opened, answer }
}

/** Ends after so long, when the caller leaves, and when edno shuts down: nobody is let wait over that. */
const patience = (ms: number, { gone }: CallerWaits, { running }: ExchangeDeskParts): Promise<undefined> =>
  sleep(Math.max(0, ms), undefined, { signal: AbortSignal.any([gone, running.ending]) }).catch(() => undefined)

/** Where the answer was there after all in the moment in which it was promised, it is given. */
async function laterOf({ consumer, exchangeId }: Where, parts: ExchangeDeskParts): Promise<Standing> {
  const { db } = parts.has.store
  const row = await locateExchange(db, [consumer], exchangeId)
  if (row === undefined) throw new BrokerError('broker.internal', 'an exchange left the store')
  await promiseAnswer(db, row)
  const progress = await progressAt(row, parts)
  return progress.state === 'closed' ? answerOf(progress, parts) : progress
}

/** The line broke before the answer could leave: it is told by a callback, where its consumer has one. */
async function abandoned(opened: Promise<Where>, parts: ExchangeDeskParts): Promise<void> {
  try {
    await laterOf(await opened, parts)
  } catch {
    // It was refused, or the database is away: whoever sends the same bytes again is told.
  }
}

async function progressAt(row: number, { has }: ExchangeDeskParts): Promise<ExchangeProgress> {
  const [found] = await progressOf(has.store.db, [row])
  if (found === undefined) throw new BrokerError('broker.internal', 'an exchange left the store')
  return found.progress
}

/** The stored answer of one that is closed. */
async function answerOf(
  { consumer, exchangeId }: ExchangeProgress,
  { has }: ExchangeDeskParts,
): Promise<ClosedExchange> {
  const closed = await has.log.exchangeOf(consumer, exchangeId)
  if (closed?.stage !== 'closed') throw new BrokerError('broker.internal', 'an exchange left the store')
  return closed
}

/** How far it has come once it is closed, or once the caller waits no more. */
async function waitFor(row: number, waits: CallerWaits, parts: ExchangeDeskParts): Promise<ExchangeProgress> {
  const now = await progressAt(row, parts)
  if (now.state === 'closed' || waits.ms === undefined || waits.ms === 0) return now
  let stop: () => void = () => undefined
  const closing = new Promise<void>((resolve) => {
    stop = parts.followers.follow(row, (progress) => {
      if (progress === undefined || progress.state === 'closed') resolve()
    })
  })
  await Promise.race([closing, patience(waits.ms, waits, parts)])
  stop()
  return progressAt(row, parts)
}

/** After the outer end nothing happens any more but its closing, which may take as long as this. */
const MARGIN_MS = 60_000

/** Told until the stream is stopped; undefined when there is nothing to wait for any more, or edno shuts down. */
function follow(row: number, told: Parameters<Broker['follow']>[2], { followers, has }: ExchangeDeskParts): () => void {
  return followers.follow(row, (progress) => {
    if (progress === undefined) told(undefined)
    else if (Date.parse(progress.outerEnd) + MARGIN_MS < has.clock().getTime() && progress.state !== 'closed')
      told(undefined)
    else told(progress)
  })
}
