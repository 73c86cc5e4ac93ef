import assert from 'node:assert/strict'
import { readPrefer, waitMsOf } from '../../../src/http/prefer.ts'
import { withinCpuTime } from '../../support/cpu-time.ts'

describe('Prefer (RFC 7240)', () => {
  const read: Record<string, { wait?: number; respondAsync?: boolean }> = {
    '': {},
    'respond-async': { respondAsync: true },
    'RESPOND-ASYNC': { respondAsync: true },
    'wait=10': { wait: 10 },
    'Wait = 10': { wait: 10 },
    'wait="10"': { wait: 10 },
    'wait=0': { wait: 0 },
    'wait=3600': { wait: 60 },
    'wait=999999999': { wait: 60 },
    'respond-async, wait=10': { respondAsync: true, wait: 10 },
    'wait=10; param=x, respond-async; y': { wait: 10, respondAsync: true },
    'return=minimal, wait=5': { wait: 5 },
    'foo="a, wait=1, b", wait=2': { wait: 2 },
    'foo="a \\" wait=1", wait=3': { wait: 3 },
    'wait=7, wait=9': { wait: 7 },
    ', ,wait=4,': { wait: 4 },
    // What follows is malformed, and as if it were not there.
    wait: {},
    'wait=': {},
    'wait=-1': {},
    'wait=1.5': {},
    'wait=ten': {},
    'wait=9999999999': {},
    'wait==5': {},
    'wait 5': {},
    'respond-async=yes': {},
    'respond async': {},
    '"respond-async"': {},
    'wait="5': {},
    '=5': {},
  }
  for (const [header, expected] of Object.entries(read))
    it(`is read: ${header || '(nothing)'}`, () => {
      assert.deepEqual(readPrefer(header), { respondAsync: false, ...expected })
    })

  it('is not looked at where it is longer than any that is meant, and costs no time however it is made', async () => {
    assert.deepEqual(readPrefer(`${' '.repeat(1000)}wait=5`), { respondAsync: false })
    const [, elapsedMs] = await withinCpuTime(200, () => {
      for (const piece of ['"\\', '"', ',', 'a=', 'a;', '\\"']) readPrefer(piece.repeat(16_000))
      for (const piece of ['"\\', '"', ',', 'a=', 'a;', '\\"', '" ']) readPrefer(piece.repeat(1000 / piece.length))
    })
    assert.ok(elapsedMs < 200, `${elapsedMs} ms`)
  })

  it('waits as long as it says, not at all where only an early answer is wanted, and else as the route has it', () => {
    assert.equal(waitMsOf({ wait: 3, respondAsync: false }, undefined), 3000)
    assert.equal(waitMsOf({ wait: 3, respondAsync: true }, undefined), 3000)
    assert.equal(waitMsOf({ respondAsync: true }, undefined), 0)
    assert.equal(waitMsOf({ respondAsync: false }, undefined), undefined)
  })
})
