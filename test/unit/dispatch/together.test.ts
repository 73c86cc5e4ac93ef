import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { gather } from '../../../src/dispatch/gather.ts'
import { Together } from '../../../src/dispatch/together.ts'

describe('what ends close together', () => {
  const written = (): { groups: string[][]; end: (call: string) => Promise<void>; out: Together } => {
    const groups: string[][] = []
    const out = new Together()
    const add = gather<string>(
      (calls) => {
        groups.push([...calls])
        return Promise.resolve()
      },
      () => out.moment(),
    )
    const end = (call: string): Promise<void> => {
      out.end(call)
      return add(call)
    }
    return { groups, end, out }
  }

  it('is written in one go, as soon as nothing else is out', async () => {
    const { groups, end, out } = written()
    out.begin(['a', 'b', 'c'])
    const all = [end('a')]
    await wait(1)
    all.push(end('b'), end('c'))
    await Promise.all(all)
    assert.deepEqual(groups, [['a', 'b', 'c']])
  })

  it('is not held up for what takes longer', async () => {
    const { groups, end, out } = written()
    out.begin(['slow', 'a'])
    await end('a')
    assert.deepEqual(groups, [['a']])
    await end('slow')
    assert.deepEqual(groups, [['a'], ['slow']])
  })

  it('waits for nothing where it was never out, or was the last', async () => {
    const { end, out } = written()
    out.begin(['a'])
    let isWritten = false
    const ended = Promise.all([end('a'), end('skipped')]).then(() => {
      isWritten = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isWritten, true)
    await ended
  })
})
