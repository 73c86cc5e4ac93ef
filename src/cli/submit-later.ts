import type { FollowedEvent } from '../client/follow.ts'
import type { EdnoClient, Later, Reply } from '../client/send.ts'
import { fill, OUTCOME_WORDS } from './demo/words.ts'
import type { Output } from './output.ts'

/** What of the command's options says how long to wait, and in which form to tell. */
interface Patience {
  readonly wait?: boolean | number
  readonly json?: boolean
}

interface Sent {
  /** Where the application lies; absent where it was composed for this sending alone. */
  readonly file: string | undefined
  readonly party: string
}

const WORDS = {
  deferred: {
    bg: 'Отговорът закъснява: някой регистър не отговори навреме. Чака се до {}.',
    en: 'The answer is late: a registry did not answer in time. Waiting until {}.',
  },
  notYet: {
    bg: 'Обменът {} тече; отговорът му идва най-късно в {}.',
    en: 'The exchange {} runs; its answer comes by {}.',
  },
  again: {
    bg: 'За отговора изпратете същия файл пак: npx edno submit {}',
    en: 'For the answer send the same file again: npx edno submit {}',
  },
  notKept: {
    bg: 'Заявлението не е запазено (--out го запазва). Отговорът с всичко за обмена: npx edno evidence get {} --party {} --out exchange.asice',
    en: 'The application was not kept (--out keeps it). The answer, with all of the exchange: npx edno evidence get {} --party {} --out exchange.asice',
  },
} as const

/** As long as one line is let wait. */
const LINE_SECONDS = 60
/** Until then nobody who waits at a terminal wants to be told of single calls. */
const QUIET_SECONDS = 2

/**
 * Sends and waits: on the line first, then by following the exchange, with a line for each call that ends on a terminal.
 * `wait`: seconds, or false for not at all; else until the answer is there.
 */
export async function sendAndFollow(
  client: EdnoClient,
  application: Uint8Array,
  wait: Patience['wait'],
  out: Output,
): Promise<Reply | Later> {
  const most = wait === false ? 0 : typeof wait === 'number' ? wait : Number.POSITIVE_INFINITY
  const began = performance.now()
  const left = (): number => Math.max(0, most - (performance.now() - began) / 1000)
  let reply = await client.sendFor(application, Math.floor(Math.min(most, QUIET_SECONDS)))
  if (reply.kind !== 'later' || left() === 0) return reply
  const { exchangeId } = reply
  const over = new AbortController()
  const telling = tellEvents(client.follow(exchangeId, over.signal), out)
  try {
    while (reply.kind === 'later' && left() > 0)
      reply = await client.answerOf(exchangeId, Math.ceil(Math.min(left(), LINE_SECONDS)))
    return reply
  } finally {
    over.abort()
    await telling
  }
}

async function tellEvents(events: AsyncGenerator<FollowedEvent>, out: Output): Promise<void> {
  for await (const told of events) {
    if (told.event === 'deferred') out.progress(fill(out.text(WORDS.deferred), told.outerEnd))
    if (told.event === 'call')
      out.progress(`  ${told.call.padEnd(20)} ${out.text(OUTCOME_WORDS[told.outcome])}  ${told.elapsedMs} ms`)
    if (told.event === 'answer') return
  }
}

/** True where nobody wanted to wait; else there is no answer in time. */
export function notYet(later: Later, options: Patience & Sent, out: Output): boolean {
  const { exchangeId, state, outerEnd } = later
  const { file, party } = options
  if (options.json === true) out.json({ exchangeId, state, outerEnd })
  else {
    out.line(fill(out.text(WORDS.notYet), exchangeId, outerEnd))
    out.line(
      `  ${file === undefined ? fill(out.text(WORDS.notKept), exchangeId, party) : fill(out.text(WORDS.again), file)}`,
    )
  }
  return options.wait === false
}
