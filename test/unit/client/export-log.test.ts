import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportLog } from '../../../src/client/export-log.ts'
import { logFolder } from '../../../src/client/log-folder.ts'
import type { LogSource } from '../../../src/exchange-log/log-source.ts'
import { verifyLog } from '../../../src/exchange-log/verify-log.ts'
import { freshLogKey } from '../exchange-log/keys.ts'
import { MemoryLog, someEntries } from '../exchange-log/memory-log.ts'

const entries = someEntries(1400)
const signingKeyPem = freshLogKey()
const upTo = (size: number): MemoryLog => new MemoryLog(entries.slice(0, size), signingKeyPem)

describe('the copy of a log in a folder', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-export-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const copy = (source: MemoryLog): ReturnType<typeof exportLog> => exportLog({ source, folder, logKey: source.vkey })
  const files = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile())
  const holds = async (vkey: string, since?: string): Promise<boolean> => {
    const claim = { source: logFolder(folder), logKey: vkey, ...(since === undefined ? {} : { since }) }
    return (await verifyLog(claim)).holds
  }

  it('has the files of the specification, byte for byte, and verifies', async () => {
    const log = upTo(700)
    const done = await copy(log)
    assert.deepEqual([done.size, done.added], [700, 700])
    assert.deepEqual(new Set(files()), new Set([...log.files.keys(), 'checkpoint.700']))
    for (const [path, bytes] of log.files) assert.deepEqual(readFileSync(join(folder, path)), bytes, path)
    assert.ok(await holds(log.vkey))
  })

  it('grows by what is new, reads no more than that, and keeps the older heads', async () => {
    await copy(upTo(300))
    const head = readFileSync(join(folder, 'checkpoint'), 'utf8')
    const log = upTo(1400)
    const done = await copy(log)
    assert.equal(done.added, 1100)
    assert.ok(!log.asked.includes('tile/entries/000'))
    assert.ok(!log.asked.some((path) => path.startsWith('tile/0/')))
    assert.ok(await holds(log.vkey, head))
    assert.ok(files().includes('checkpoint.300'))
    assert.ok(!files().includes('tile/entries/001.p/44'), 'its full bundle is there')
    for (const [path, bytes] of log.files) assert.deepEqual(readFileSync(join(folder, path)), bytes, path)
  })

  it('is the same over many small steps', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 300, 512, 600, 1400]) {
      await copy(upTo(size))
      assert.ok(await holds(upTo(size).vkey), `size ${size}`)
    }
  })

  it('writes nothing where nothing is new, but for a head that has more signatures', async () => {
    const log = upTo(300)
    await copy(log)
    assert.deepEqual(await copy(log), { origin: 'edno.example.bg/exchange-log', size: 300, added: 0, files: 0 })
    log.files.set(
      'checkpoint',
      Buffer.from(`${log.checkpoint}— witness.example.bg/w1 ${Buffer.alloc(76).toString('base64')}\n`),
    )
    assert.equal((await copy(log)).files, 2)
    assert.ok(readFileSync(join(folder, 'checkpoint'), 'utf8').includes('witness'))
  })

  /** A source that breaks off at its n-th bundle. */
  const breaking = (log: MemoryLog, after: number): LogSource => {
    let left = after
    return {
      read: (path) => {
        if (path.startsWith('tile/entries') && (left -= 1) < 0) return Promise.reject(new Error('the line broke'))
        return log.read(path)
      },
    }
  }

  it('has no head while anything that it covers is missing, and goes on with what it has', async () => {
    const log = upTo(1400)
    await assert.rejects(exportLog({ source: breaking(log, 3), folder, logKey: log.vkey }), /the line broke/)
    assert.ok(!files().some((name) => name.startsWith('checkpoint')))
    assert.ok(!files().some((name) => name.endsWith('.tmp')))
    assert.ok(files().length > 0)
    const again = upTo(1400)
    await copy(again)
    assert.ok(!again.asked.includes('tile/entries/000'))
    assert.ok(await holds(log.vkey))
  })

  it('keeps its older head, and holds, when a later step breaks off', async () => {
    const first = upTo(300)
    await copy(first)
    await assert.rejects(exportLog({ source: breaking(upTo(1400), 2), folder, logKey: first.vkey }), /the line broke/)
    assert.equal(readFileSync(join(folder, 'checkpoint'), 'utf8'), first.checkpoint)
    assert.ok(await holds(first.vkey))
  })

  it('believes nothing that an interrupted copy left unless it gives the signed root', async () => {
    const log = upTo(1400)
    await assert.rejects(exportLog({ source: breaking(log, 3), folder, logKey: log.vkey }))
    writeFileSync(join(folder, 'tile/entries/000'), log.bundle({ number: 1, width: 256 }))
    writeFileSync(join(folder, 'tile/entries/001'), 'cut off')
    await copy(log)
    assert.ok(await holds(log.vkey))
  })

  it('refuses a log that is shorter, that does not continue the copy, or that lies', async () => {
    await copy(upTo(700))
    const before = readFileSync(join(folder, 'checkpoint'), 'utf8')
    await assert.rejects(copy(upTo(600)), { kind: 'log-damaged' })
    const other = [...entries]
    ;[other[690], other[693]] = [other[693]!, other[690]!]
    await assert.rejects(copy(new MemoryLog(other, signingKeyPem)), { kind: 'log-damaged' })
    const lying = upTo(1400)
    lying.entries[1000] = entries[1]!
    lying.files.set('tile/entries/003', lying.bundle({ number: 3, width: 256 }))
    await assert.rejects(copy(lying), { kind: 'log-damaged' })
    await assert.rejects(copy(new MemoryLog(entries)), { kind: 'note-untrusted' })
    assert.equal(readFileSync(join(folder, 'checkpoint'), 'utf8'), before)
    assert.ok(await holds(upTo(700).vkey))
    await copy(upTo(1400))
    assert.ok(await holds(upTo(1400).vkey))
  })

  it('refuses to grow on tiles that were changed in the folder', async () => {
    await copy(upTo(300))
    const tile = readFileSync(join(folder, 'tile/0/001.p/44'))
    tile[3]! ^= 1
    writeFileSync(join(folder, 'tile/0/001.p/44'), tile)
    await assert.rejects(copy(upTo(700)), { kind: 'log-damaged' })
  })

  it('refuses a source without a head', async () => {
    const log = upTo(3)
    log.files.delete('checkpoint')
    await assert.rejects(copy(log), { kind: 'checkpoint-malformed' })
  })
})
