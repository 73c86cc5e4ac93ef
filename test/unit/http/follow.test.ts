import assert from 'node:assert/strict'
import { Waiting } from '../../../src/http/follow.ts'
import { partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

describe('lines that are held for exchanges', () => {
  const codeOf = (enter: () => unknown): string => {
    try {
      enter()
      return 'let in'
    } catch (error) {
      return BrokerError.from(error).code
    }
  }

  it('are bounded for each party, and free again once they end, however often that is said', () => {
    const waiting = new Waiting()
    const [troyan, lovech] = [partyId('troyan'), partyId('lovech')]
    const leave = Array.from({ length: 32 }, () => waiting.enter(troyan))
    assert.equal(
      codeOf(() => waiting.enter(troyan)),
      'request.rate-limited',
    )
    assert.equal(
      codeOf(() => waiting.enter(lovech)),
      'let in',
    )
    leave[0]!()
    leave[0]!()
    assert.equal(
      codeOf(() => waiting.enter(troyan)),
      'let in',
    )
    assert.equal(
      codeOf(() => waiting.enter(troyan)),
      'request.rate-limited',
    )
  })

  it('are bounded for the process', () => {
    const waiting = new Waiting()
    for (let n = 0; n < 512; n += 1) waiting.enter(partyId(`party-${n % 100}`))
    assert.equal(
      codeOf(() => waiting.enter(partyId('another'))),
      'broker.overloaded',
    )
  })
})
