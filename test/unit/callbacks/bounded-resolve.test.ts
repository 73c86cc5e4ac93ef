import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { boundedResolve } from '../../../src/callbacks/bounded-resolve.ts'
import { callbackPoster } from '../../../src/callbacks/post-callback.ts'

const NEVER = new Promise<never>(() => undefined)
const address = { address: '93.184.215.14', family: 4 }

describe('the look-up of a name', () => {
  it('is not waited for beyond its time, although the system goes on with it', async () => {
    const resolve = boundedResolve(() => NEVER, 50)
    const began = performance.now()
    await assert.rejects(resolve('slow.test'), { name: 'TimeoutError' })
    assert.ok(performance.now() - began < 20_000)
  })

  it('is one for all who ask for the same name, and one name at a time', async () => {
    const asked: string[] = []
    let most = 0
    let now = 0
    const resolve = boundedResolve(async (host) => {
      asked.push(host)
      now += 1
      most = Math.max(most, now)
      await wait(20)
      now -= 1
      return [address]
    }, 30_000)
    const found = await Promise.all(['a.test', 'a.test', 'b.test', 'a.test'].map((host) => resolve(host)))
    assert.deepEqual([asked, most, found.length], [['a.test', 'b.test'], 1, 4])
    await resolve('a.test')
    assert.deepEqual(asked, ['a.test', 'b.test', 'a.test'])
  })

  it('that failed or was too slow holds up no later one', async () => {
    let fails = true
    const resolve = boundedResolve(async () => {
      await wait(60)
      if (fails) throw new Error('no such name')
      return [address]
    }, 40)
    await assert.rejects(resolve('a.test'), { name: 'TimeoutError' })
    fails = false
    await wait(40)
    await assert.rejects(resolve('a.test'), { name: 'TimeoutError' })
    const patient = boundedResolve(() => Promise.reject(new Error('no such name')), 40)
    await assert.rejects(patient('a.test'), { message: 'no such name' })
    await assert.rejects(patient('b.test'), { message: 'no such name' })
  })

  it('ends a callback as a timeout, long before its own time is over', async () => {
    const post = callbackPoster({ judge: () => true, timeoutMs: 20_000, resolve: () => NEVER })
    const began = performance.now()
    assert.deepEqual(await post('https://receiver.test/', {}, '{}'), { kind: 'failed', fault: 'timeout' })
    assert.ok(performance.now() - began < 15_000)
  })
})
