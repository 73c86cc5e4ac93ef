import assert from 'node:assert/strict'
import { countedClose, countedLogger, countedRows } from '../../../src/app/counted.ts'
import type { DispatchRows } from '../../../src/dispatch/ports.ts'
import type { ExchangePorts } from '../../../src/exchange/ports.ts'
import type { ClosedExchange, ExchangePlan, OpenedExchange, SignedAnswer } from '../../../src/model/exchange.ts'
import { operationRef } from '../../../src/model/ids.ts'
import type { CallOutcome, OutcomeKind } from '../../../src/model/outcome.ts'
import { makeLogger } from '../../../src/ops/logger.ts'
import type { EndedCall, EndedExchange } from '../../../src/ops/metrics.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

describe('what is counted', () => {
  const plan = { service: 'taxi-permit@1', receivedAt: '2026-11-23T10:00:00.000Z' } as unknown as ExchangePlan
  const opened = { stage: 'opened', plan } as unknown as OpenedExchange
  const answer = { status: 'partial', bytes: Buffer.from('answer') } as unknown as SignedAnswer

  async function close(how: ExchangePorts['close']): Promise<EndedExchange[]> {
    const counted: EndedExchange[] = []
    const metrics = { exchangeEnded: (ended: EndedExchange) => void counted.push(ended) }
    const closing = countedClose(how, metrics, () => new Date('2026-11-23T10:00:01.500Z'))
    await closing(opened, answer, []).catch(() => undefined)
    return counted
  }

  it('is an exchange that was closed here, from its reception on', async () => {
    const closed = (own: SignedAnswer) => Promise.resolve({ ...own, stage: 'closed' } as unknown as ClosedExchange)
    const counted = await close((_, own) => closed(own))
    assert.deepEqual(counted, [{ service: 'taxi-permit@1', status: 'partial', seconds: 1.5 }])
  })

  it('is no exchange that another had closed, nor one that could not be closed', async () => {
    const anothers = { ...answer, bytes: Buffer.from('answer'), stage: 'closed' } as unknown as ClosedExchange
    assert.deepEqual(await close(() => Promise.resolve(anothers)), [])
    const away = new BrokerError('broker.log-unavailable', 'for the test')
    assert.deepEqual(await close(() => Promise.reject(away)), [])
  })

  async function end(outcome: OutcomeKind, asked: boolean, problem?: string): Promise<EndedCall[]> {
    const counted: EndedCall[] = []
    const rows = countedRows({ end: () => Promise.resolve() } as unknown as DispatchRows, {
      callEnded: (ended) => void counted.push(ended),
    })
    const ended: CallOutcome = {
      ...{ call: 'driver', operation: operationRef('civil-registry/valid-person@1'), outcome, elapsedMs: 250 },
      ...(problem === undefined ? {} : { problem }),
    }
    await rows.end(plan, ended, asked ? { number: 1 } : undefined, new Date())
    return counted
  }

  it('is a call whose outcome was stored, and of what was found nothing', async () => {
    const answered = [{ registry: 'civil-registry', end: 'answered', seconds: 0.25 }]
    assert.deepEqual(await end('found', true), answered)
    assert.deepEqual(await end('not-found', true), answered)
    assert.deepEqual(await end('failed', true, 'provider.timeout'), [
      { registry: 'civil-registry', end: 'failed', code: 'provider.timeout', seconds: 0.25 },
    ])
    assert.deepEqual(await end('skipped', false), [{ registry: 'civil-registry', end: 'skipped' }])
  })

  it('is no call whose outcome could not be stored', async () => {
    const counted: EndedCall[] = []
    const failing = { end: () => Promise.reject(new BrokerError('broker.log-unavailable', 'for the test')) }
    const rows = countedRows(failing as unknown as DispatchRows, { callEnded: (ended) => void counted.push(ended) })
    const outcome = { operation: operationRef('a/b@1'), outcome: 'found', elapsedMs: 1 } as unknown as CallOutcome
    await assert.rejects(rows.end(plan, outcome, undefined, new Date()), { code: 'broker.log-unavailable' })
    assert.deepEqual(counted, [])
  })

  it('is each warning and error, whatever the level of the log, and the line is written as before', () => {
    const [counted, lines]: [string[], string[]] = [[], []]
    const metrics = { complained: (severity: string) => void counted.push(severity) }
    const logger = countedLogger(makeLogger({ level: 'error', write: (line) => void lines.push(line) }), metrics)
    logger.info('nothing to see')
    logger.with({ registry: 'civil-registry' }).warn('look at this')
    logger.error('and at this', { count: 3 })
    assert.deepEqual(counted, ['warn', 'error'])
    assert.equal(lines.length, 1)
    assert.match(lines[0]!, /"count":3/)
  })
})
