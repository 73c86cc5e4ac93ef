import assert from 'node:assert/strict'
import { createKnocks, type Knocks } from '../../../src/http/knocks.ts'

const address = '192.0.2.1'

function aDoor(shared: readonly string[] = []) {
  const clock = { ms: 0 }
  const knocks = createKnocks({ perSecond: 10, shared: new Set(shared) }, () => clock.ms)
  return { knocks, wait: (ms: number) => void (clock.ms += ms) }
}

const admitted = (knocks: Knocks, from: string, count: number): number =>
  Array.from({ length: count }, () => knocks.admit(from)).filter(Boolean).length

describe('knocks at the door, before the handshake', () => {
  it('let so many in at once and so many a second, however often an address knocks', () => {
    const { knocks, wait } = aDoor()
    assert.equal(admitted(knocks, address, 1000), 50)
    wait(1000)
    assert.equal(admitted(knocks, address, 1000), 10)
    wait(250)
    assert.equal(admitted(knocks, address, 1000), 2)
    wait(3_600_000)
    assert.equal(admitted(knocks, address, 1000), 50)
  })

  it('of one address do not count against another, those of one network of IPv6 do', () => {
    const { knocks } = aDoor()
    admitted(knocks, address, 1000)
    assert.equal(admitted(knocks, '192.0.2.2', 3), 3)
    admitted(knocks, '2001:db8::1', 1000)
    assert.equal(admitted(knocks, '2001:db8::2', 3), 0)
    assert.equal(admitted(knocks, '2001:db8:0:1::2', 3), 3)
  })

  it('of a party cost its address nothing', () => {
    const { knocks } = aDoor()
    for (let n = 0; n < 5000; n += 1) {
      assert.ok(knocks.admit(address))
      knocks.welcome(address)
    }
  })

  it('come in five times as often where a party came from, and for ten minutes only', () => {
    const { knocks, wait } = aDoor()
    knocks.admit(address)
    knocks.welcome(address)
    admitted(knocks, address, 1000)
    wait(1000)
    assert.equal(admitted(knocks, address, 1000), 50)
    wait(598_999)
    assert.equal(admitted(knocks, address, 1000), 250)
    wait(1000)
    assert.equal(admitted(knocks, address, 1000), 10)
  })

  it('of an address that stands for many are always let in, and those of a party there change nothing', () => {
    const { knocks } = aDoor([address])
    knocks.welcome(address)
    assert.equal(admitted(knocks, address, 1000), 1000)
  })

  it('are forgotten from the oldest on where more networks knock than can be kept', () => {
    const { knocks } = aDoor()
    admitted(knocks, address, 1000)
    for (let n = 0; n < 19_999; n += 1) knocks.admit(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
    assert.equal(knocks.admit(address), false)
    knocks.admit('192.0.2.99')
    assert.equal(knocks.admit(address), true)
  })
})
