import assert from 'node:assert/strict'
import { Worker } from 'node:worker_threads'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { openingOf } from '../../../src/catalogue/start-thread.ts'

/** Of the thread as it is started with an adapter see isolated-adapter.test.ts. */
describe('the opening of a thread', () => {
  const thread = (program: string): Worker =>
    new Worker(`const { parentPort } = require('node:worker_threads')\n${program}`, { eval: true })

  it('brings the operations, whatever else is said before', async () => {
    const worker = thread(`
      for (const word of [null, 'ready', { kind: 'pong' }, { kind: 'open', operations: [{ key: 'permit@1', later: false }] }])
        parentPort.postMessage(word)
      setInterval(() => {}, 1000)`)
    assert.deepEqual(await openingOf(worker), [{ key: 'permit@1', later: false }])
    await worker.terminate()
  })

  for (const [how, program, reason] of [
    ['says that it is broken', `parentPort.postMessage({ kind: 'broken', reason: 'no key' })`, 'no key'],
    ['throws', `throw new TypeError('no luck')`, 'its thread ended: no luck'],
    ['throws what is no error', `throw null`, 'its thread ended: of no error'],
    ['ends', `process.exit(0)`, 'its thread ended'],
  ] as const)
    it(`fails where it ${how}, and says why`, async () => {
      const worker = thread(`setInterval(() => {}, 1000)\n${program}`)
      const exit = new Promise((resolve) => worker.once('exit', resolve))
      await assert.rejects(
        openingOf(worker),
        (error) => AdapterFault.is(error) && error.kind === 'unavailable' && error.message === reason,
      )
      await exit
    })
})
