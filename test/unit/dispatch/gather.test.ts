import assert from 'node:assert/strict'
import { gather } from '../../../src/dispatch/gather.ts'

/** A writer that writes when it is told. */
function slowWriter() {
  const groups: number[][] = []
  const writing: { end: () => void; fail: (error: Error) => void }[] = []
  const write = (items: readonly number[]): Promise<void> => {
    groups.push([...items])
    return new Promise((resolve, reject) => writing.push({ end: () => resolve(), fail: reject }))
  }
  return { groups, writing, add: gather(write) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('gathering', () => {
  it('writes the first at once, and what comes meanwhile together after it', async () => {
    const { groups, writing, add } = slowWriter()
    const all = [add(1)]
    await turn()
    assert.deepEqual(groups, [[1]])
    all.push(add(2), add(3))
    await turn()
    assert.deepEqual(groups, [[1]], 'one group at a time')
    writing[0]?.end()
    await turn()
    assert.deepEqual(groups, [[1], [2, 3]])
    writing[1]?.end()
    await Promise.all(all)
  })

  it('writes together what comes in one turn', async () => {
    const { groups, writing, add } = slowWriter()
    const all = [add(1), add(2)]
    await turn()
    writing[0]?.end()
    await Promise.all(all)
    assert.deepEqual(groups, [[1, 2]])
  })

  it('tells nobody of success before his group is written, and fails those of a group that fails, no others', async () => {
    const { writing, add } = slowWriter()
    let told = false
    const first = add(1)
    await turn()
    const second = add(2).then(() => {
      told = true
    })
    first.catch(() => undefined)
    writing[0]?.fail(new Error('the database is gone'))
    await assert.rejects(first, /gone/)
    await turn()
    assert.equal(told, false)
    writing[1]?.end()
    await second
    assert.equal(told, true)
  })
})
