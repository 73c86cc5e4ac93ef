import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLock } from '../../../../src/store/embedded/lock.ts'
import { identify, lives } from '../../../../src/store/embedded/process-identity.ts'

describe("the launcher's lock", () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edno-lock-'))
    path = join(folder, 'starting.lock')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('lets one in at a time and leaves nothing behind', async () => {
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await readdir(folder)
      inside--
    }
    await Promise.all(Array.from({ length: 5 }, () => withLock(path, work)))
    assert.equal(most, 1)
    assert.deepEqual(await readdir(folder), [])
  })

  it('is given back when the work fails', async () => {
    const boom = new Error('boom')
    await assert.rejects(
      withLock(path, () => Promise.reject(boom)),
      boom,
    )
    assert.equal(await withLock(path, () => Promise.resolve('in')), 'in')
  })

  it('is taken over from a process that died, also where its number is in use again', async () => {
    const child = spawn('/bin/sh', ['-c', 'read line'])
    const closed = once(child, 'close')
    const dead = await identify(child.pid!)
    child.stdin.end()
    await closed
    for (const holder of [dead, { pid: process.pid, started: 'another boot/1' }]) {
      await writeFile(path, JSON.stringify(holder))
      assert.equal(await withLock(path, () => Promise.resolve('in')), 'in')
    }
  })

  it('knows that this process lives', async () => {
    assert.equal(await lives(await identify(process.pid)), true)
  })
})
