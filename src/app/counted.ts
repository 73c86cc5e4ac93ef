import type { DispatchRows } from '../dispatch/ports.ts'
import type { ExchangePorts } from '../exchange/ports.ts'
import { endOf } from '../model/figures.ts'
import { registryOf } from '../model/ids.ts'
import type { Logger } from '../ops/logger.ts'
import type { Metrics } from '../ops/metrics.ts'

/** The same port; whoever closes an exchange counts it, and who finds it closed does not. */
export const countedClose =
  (close: ExchangePorts['close'], metrics: Pick<Metrics, 'exchangeEnded'>, clock: () => Date): ExchangePorts['close'] =>
  async (opened, answer, outcomes) => {
    const closed = await close(opened, answer, outcomes)
    // What another had closed before comes back with that one's answer.
    if (closed.bytes === answer.bytes) {
      const { service, receivedAt } = opened.plan
      const seconds = (clock().getTime() - Date.parse(receivedAt)) / 1000
      metrics.exchangeEnded({ service, status: closed.status, seconds })
    }
    return closed
  }

/** The same rows; each outcome that is stored is counted. */
export const countedRows = (rows: DispatchRows, metrics: Pick<Metrics, 'callEnded'>): DispatchRows => ({
  ...rows,
  end: async (plan, outcome, attempt, at) => {
    await rows.end(plan, outcome, attempt, at)
    const { operation, problem, elapsedMs } = outcome
    metrics.callEnded({
      ...{ registry: registryOf(operation), end: endOf(outcome.outcome) },
      ...(problem === undefined ? {} : { code: problem }),
      ...(attempt === undefined ? {} : { seconds: elapsedMs / 1000 }),
    })
  },
})

/** The same log; what somebody should look at is counted, also where its level keeps it out. */
export const countedLogger = (logger: Logger, metrics: Pick<Metrics, 'complained'>): Logger => ({
  ...logger,
  warn: (...line) => {
    metrics.complained('warn')
    logger.warn(...line)
  },
  error: (...line) => {
    metrics.complained('error')
    logger.error(...line)
  },
  with: (facts) => countedLogger(logger.with(facts), metrics),
})
