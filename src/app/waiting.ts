import type { Courier } from '../callbacks/courier.ts'
import type { ExchangeObserver, ExchangePorts } from '../exchange/ports.ts'
import { CANCELLED } from '../exchange/cancel.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { OpenedExchange } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Followers } from './followers.ts'
import type { Stops } from './stops.ts'

/** Those who wait for exchanges of this process, and those who stop them. */
export interface Waiting {
  readonly followers: Followers
  readonly stops: Stops
  readonly courier: Courier
}

/** The observer that was asked for, and followers who see each outcome at once. */
export const observedBy = (followers: Followers, observer: ExchangeObserver = {}): ExchangeObserver => ({
  ...observer,
  outcome: (id, outcome) => {
    observer.outcome?.(id, outcome)
    followers.wake()
  },
})

/** The ports, with everybody told who waits for what they do, and with a fan-out that stops where its exchange is taken back. */
export function heard(ports: ExchangePorts, log: Pick<ExchangeLog, 'handleOf'>, waiting: Waiting): ExchangePorts {
  const { followers, courier } = waiting
  return {
    ...ports,
    fanOut: async (opened) => {
      const { exchange } = await log.handleOf(opened.plan)
      return fanOutUnlessTaken(opened, exchange, ports, waiting)
    },
    close: async (...closing) => {
      const closed = await ports.close(...closing)
      followers.wake()
      courier.closed(closed.consumer)
      return closed
    },
  }
}

/** Who sends an application again may do so because the process that had it died: what was left open is looked for at once. */
export const hastening = (ports: ExchangePorts, sweep: () => void): ExchangePorts => ({
  ...ports,
  answerOf: (repeated) => {
    sweep()
    return ports.answerOf(repeated)
  },
})

/** Fails with `exchange.cancelled` where the exchange was taken back: whoever did that closes it. */
const fanOutUnlessTaken = (
  opened: OpenedExchange,
  row: number,
  ports: ExchangePorts,
  { stops }: Waiting,
): ReturnType<ExchangePorts['fanOut']> =>
  stops.during(row, async (taken) => {
    const outcomes = await ports.fanOut(opened, taken).catch(async (error: unknown) => {
      // Its calls were ended under it: perhaps by another process, of which nothing is heard yet.
      await stops.look()
      throw taken.aborted ? cancelled() : error
    })
    if (taken.aborted) throw cancelled()
    return outcomes
  })

const cancelled = (): BrokerError => new BrokerError(CANCELLED, 'taken back while its registries were asked')
