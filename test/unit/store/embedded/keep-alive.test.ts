import assert from 'node:assert/strict'
import { keepAlive } from '../../../../src/store/embedded/keep-alive.ts'
import { until } from '../../../support/estate.ts'

describe('an embedded server that is kept alive', () => {
  it('is said once not to start, however often it is tried, and to be back', async () => {
    const tries = [false, 'fails', 'fails', true, false]
    const told: string[] = []
    let looks = 0
    const end = keepAlive(
      {
        revive: () => {
          const next = tries[looks] ?? false
          looks += 1
          return next === 'fails' ? Promise.reject(new Error('no room')) : Promise.resolve(next === true)
        },
      },
      ({ what }) => told.push(what),
    )
    await until('it was looked at again after it came back', () => looks > 4)
    await end()
    assert.deepEqual(told, ['cannot-be-started', 'ended-and-started'])
  })

  it('is left alone when the last look has ended', async () => {
    const order: string[] = []
    let go = (): void => undefined
    const going = new Promise<void>((resolve) => {
      go = resolve
    })
    const end = keepAlive({ revive: () => going.then(() => order.push('looked') > 9) }, () => undefined)
    const ended = end().then(() => order.push('ended'))
    go()
    await ended
    assert.deepEqual(order, ['looked', 'ended'])
  })
})
