import assert from 'node:assert/strict'
import { SetAside } from '../../../src/ops/set-aside.ts'

describe('what failed', () => {
  it('is left alone twice as long each time, a minute at most, and from the beginning once it was done', () => {
    let now = 0
    const aside = new SetAside<number>(() => now)
    const waits: number[] = []
    for (let time = 0; time < 8; time += 1) {
      aside.add(7)
      const since = now
      while (aside.keys.includes(7)) now += 500
      waits.push(now - since)
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    aside.drop(7)
    aside.add(7)
    now += 1000
    assert.deepEqual(aside.keys, [])
  })

  it('is forgotten where nobody came back to it', () => {
    let now = 0
    const aside = new SetAside<number>(() => now)
    for (const _ of [1, 2, 3]) aside.add(7)
    now = 700_000
    assert.deepEqual(aside.keys, [])
    aside.add(7)
    now += 1000
    assert.deepEqual(aside.keys, [])
  })
})
