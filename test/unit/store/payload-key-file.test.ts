import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPayloadKeyFile } from '../../../src/store/payload-key-file.ts'

describe('the payload key file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edno-key-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is made on first use, readable by its owner only, and stays the same', async () => {
    const path = join(folder, 'keys', 'payload.key')
    const made = await readPayloadKeyFile(path)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await readPayloadKeyFile(path), made)
  })

  it('is one key for several starters at once', async () => {
    const path = join(folder, 'payload.key')
    const keys = await Promise.all(Array.from({ length: 5 }, () => readPayloadKeyFile(path)))
    assert.equal(new Set(keys.map((key) => key.id)).size, 1)
    assert.deepEqual(await readdir(folder), ['payload.key'])
  })

  it('is refused where it holds something else', async () => {
    const path = join(folder, 'payload.key')
    await writeFile(path, 'abc')
    await assert.rejects(readPayloadKeyFile(path), { code: 'broker.internal' })
  })
})
