import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { startStopwatch, systemClock } from '../../../src/ops/clock.ts'
import { type Facts, type Logger, makeLogger } from '../../../src/ops/logger.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

const capture = (level = 'debug'): { logger: Logger; lines: () => Record<string, unknown>[]; text: () => string } => {
  const written: string[] = []
  return {
    logger: makeLogger({ level, write: (line) => written.push(line) }),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => written.join(''),
  }
}

describe('makeLogger', () => {
  it('writes a sentence with its facts as one JSON line', () => {
    const { logger, lines } = capture()
    logger.info('a call ended', { call: 'driver', elapsedMs: 12, exchangeId: '0192f0c1-7a6b-7c3d-8e4f-123456789012' })
    const [line] = lines()
    assert.equal(line?.['msg'], 'a call ended')
    assert.equal(line['severity'], 'info')
    assert.equal(line['call'], 'driver')
    assert.equal(line['elapsedMs'], 12)
    assert.equal(line['exchangeId'], '0192f0c1-7a6b-7c3d-8e4f-123456789012')
  })

  it('leaves out every fact that is not on the list, and objects under allowed names', () => {
    const { logger, text, lines } = capture()
    const facts = { body: 'hunter2', egn: 'hunter2', call: { nested: 'hunter2' }, registry: 'mvr' } as unknown as Facts
    logger.warn('odd facts', facts)
    logger.with(facts).error('odd facts')
    assert.doesNotMatch(text(), /hunter2/)
    assert.deepEqual(
      lines().map((line) => line['registry']),
      ['mvr', 'mvr'],
    )
  })

  it('strikes out what looks like an identifier, in facts and in the sentence', () => {
    const { logger, text } = capture()
    logger.info('asked for 8427029967', { file: 'answer for ОВ 0000 АА and OB0000AA', call: '999999995' })
    assert.doesNotMatch(text(), /8427029967|0000|999999995/)
  })

  it('strikes out a number whatever letters stand beside it, and leaves no half of it where a line is cut', () => {
    const { logger, text } = capture()
    logger.info('egn8001014509 8001014509-x', { file: 'x-8001014509', call: `${'-'.repeat(494)}8001014509` })
    assert.doesNotMatch(text(), /80010/)
  })

  it('keeps UUIDs and digests whole, whatever digits they hold', () => {
    const { logger, lines, text } = capture()
    // Parts of these look like a number of a person and like registration numbers.
    const exchangeId = '0198c7b2-0000-7e1e-8c3a-008001014509'
    const certificate = `1234567890a1234b${'0e1234c'.repeat(6)}9876543210`
    logger.info(`opened a ${exchangeId}, then 8001014509`, { exchangeId, certificate, file: `m/${certificate}.crt` })
    assert.deepEqual([lines()[0]?.['exchangeId'], lines()[0]?.['certificate']], [exchangeId, certificate])
    assert.equal(lines()[0]?.['msg'], `opened a ${exchangeId}, then [withheld]`)
    assert.equal(text().split(certificate).length, 3)
  })

  it('writes the kind and the place of a foreign error, never its message, nor that of its cause', () => {
    const { logger, text, lines } = capture()
    const cause = Object.assign(new Error('no row for 8427029967 Иван'), { code: '23505', detail: 'Key (egn)=(Иван)' })
    logger.error('failed', {}, new BrokerError('broker.internal', 'the store failed', { cause }))
    assert.doesNotMatch(text(), /Иван|8427029967/)
    const error = lines()[0]?.['error'] as { name: string; code: string; detail: string; at: string[]; cause: object }
    assert.deepEqual([error.name, error.code, error.detail], ['BrokerError', 'broker.internal', 'the store failed'])
    assert.match(error.at[0]!, /logger\.test\.ts/)
    assert.equal((error.cause as { code: string }).code, '23505')
  })

  it('ends at causes that go round', () => {
    const { logger, lines } = capture()
    const error = new TypeError('x')
    error.cause = error
    logger.error('failed', {}, error)
    assert.equal(lines().length, 1)
  })

  it('writes nothing below its level', () => {
    const { logger, lines } = capture('warn')
    logger.info('quiet')
    assert.deepEqual(lines(), [])
  })
})

describe('the clock', () => {
  it('tells the time, and a stopwatch counts whole milliseconds from zero', () => {
    assert.ok(systemClock() instanceof Date)
    const elapsed = startStopwatch()
    const first = elapsed()
    assert.ok(Number.isInteger(first) && first >= 0 && elapsed() >= first)
  })
})
