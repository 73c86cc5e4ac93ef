import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { inTurn } from '../../../../src/policy/register/in-turn.ts'

describe('work in turn', () => {
  it('runs one after the other, in the order of asking, and gives each its own answer', async () => {
    const seen: string[] = []
    const run = inTurn(async <T>(work: (has: string) => Promise<T>) => {
      seen.push('begin')
      const done = await work('it')
      seen.push('end')
      return done
    })
    const answers = await Promise.all([1, 2, 3].map((n) => run(async (has) => Promise.resolve(`${has} ${n}`))))
    assert.deepEqual(answers, ['it 1', 'it 2', 'it 3'])
    assert.deepEqual(seen, ['begin', 'end', 'begin', 'end', 'begin', 'end'])
  })

  it('goes on after one that failed, which only who asked for it is told', async () => {
    const run = inTurn(<T>(work: (has: undefined) => Promise<T>) => work(undefined))
    const failure = new Error('failed')
    const failed = run(() => Promise.reject(failure))
    const next = run(() => Promise.resolve('next'))
    await assert.rejects(failed, (error) => error === failure)
    assert.equal(await next, 'next')
  })
})
