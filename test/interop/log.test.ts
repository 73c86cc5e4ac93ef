import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportLog } from '../../src/client/export-log.ts'
import { logFolder } from '../../src/client/log-folder.ts'
import { entrySpans, writeBundle } from '../../src/exchange-log/bundle.ts'
import { inclusionProof, leafHash } from '../../src/exchange-log/merkle.ts'
import { writeTlogProof } from '../../src/exchange-log/tlog-proof.ts'
import { verifyLog } from '../../src/exchange-log/verify-log.ts'
import { freshLogKey } from '../unit/exchange-log/keys.ts'
import { MemoryLog, someEntries } from '../unit/exchange-log/memory-log.ts'
import { TileLog } from '../unit/exchange-log/tile-log.ts'

const GO_PACKAGES = '/usr/share/gocode'
const hasGo =
  spawnSync('go', ['version']).status === 0 && existsSync(join(GO_PACKAGES, 'src/golang.org/x/mod/sumdb/tlog/tlog.go'))
const GO = { ...process.env, GO111MODULE: 'off', GOPATH: GO_PACKAGES, GOFLAGS: '', GOTOOLCHAIN: 'local' }

const SIZE = 66_000
const OLD_SIZE = 65_535
const INDEX = 65_000

describe("a copy of the log, judged by Go's sumdb packages", function () {
  this.timeout(180_000)
  let folder: string
  let judge: string
  const log = (name = 'log'): string => join(folder, name)
  before(async function () {
    if (!hasGo) {
      process.stderr.write('      go with golang-golang-x-mod-dev is not installed\n')
      this.skip()
    }
    folder = mkdtempSync(join(tmpdir(), 'edno-go-'))
    judge = join(folder, 'log-judge')
    execFileSync('go', ['build', '-o', judge, join(import.meta.dirname, 'log-judge.go')], { env: GO })
    const entries = someEntries(SIZE)
    const signingKeyPem = freshLogKey()
    const memory = new MemoryLog(entries, signingKeyPem)
    await exportLog({ source: memory, folder: log(), logKey: memory.vkey })
    writeFileSync(join(folder, 'old'), new MemoryLog(entries.slice(0, OLD_SIZE), signingKeyPem).checkpoint)
    const tree = new TileLog().append(entries.map((entry) => leafHash(entry)))
    const proof = { index: INDEX, path: inclusionProof(INDEX, SIZE, tree.read), checkpoint: memory.checkpoint }
    writeFileSync(join(folder, 'receipt'), writeTlogProof(proof))
    writeFileSync(join(folder, 'entry'), entries[INDEX]!)
  })
  after(() => {
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const judged = (where = log(), files: { old?: string; receipt?: string; entry?: string } = {}) => {
    const { old = 'old', receipt = 'receipt', entry = 'entry' } = files
    const args = [where, join(log(), 'log.vkey'), ...[old, receipt, entry].map((name) => join(folder, name))]
    return spawnSync(judge, args, { encoding: 'utf8' })
  }
  const edno = async (where: string): Promise<boolean> => {
    const logKey = readFileSync(join(log(), 'log.vkey'), 'utf8')
    return (await verifyLog({ source: logFolder(where), logKey })).holds
  }

  it('holds: head, every entry, every tile, continuation of an older head, receipt', async () => {
    const { status, stdout } = judged()
    assert.equal(stdout, `entries ${SIZE}\ntiles 261\ncontinues ${OLD_SIZE}\nreceipt ${INDEX}\n`)
    assert.equal(status, 0)
    assert.ok(await edno(log()))
  })

  /** One of its kind each: partial and full, of each level. */
  const KINDS = [
    'checkpoint',
    'tile/entries/000',
    'tile/entries/257.p/208',
    'tile/0/100',
    'tile/0/257.p/208',
    'tile/1/000',
    'tile/1/001.p/1',
    'tile/2/000.p/1',
  ]
  for (const path of KINDS)
    it(`one flipped bit in ${path} is caught, by Go and by edno`, async () => {
      const changed = log('flipped')
      cpSync(log(), changed, { recursive: true })
      const file = join(changed, path)
      const octets = readFileSync(file)
      octets[Math.min(40, octets.length - 1)]! ^= 0x10
      writeFileSync(file, octets)
      const { status, stdout } = judged(changed)
      assert.equal(status, 1)
      assert.match(stdout, /refused/)
      assert.ok(!(await edno(changed)))
      rmSync(changed, { recursive: true })
    })

  it('an entry that is forged with its leaf and every tile above it is caught, by Go and by edno', async () => {
    const changed = log('forged')
    cpSync(log(), changed, { recursive: true })
    const bundle = readFileSync(join(changed, 'tile/entries/100'))
    const entries = entrySpans(bundle, 256).map(({ from, to }) => bundle.subarray(from, to))
    entries[7] = Buffer.from(entries[7]!.toString().replaceAll('troyan', 'vidin0'))
    writeFileSync(join(changed, 'tile/entries/100'), writeBundle(entries))
    const forged = new TileLog().append(
      Array.from({ length: 258 }, (_, number) => number)
        .flatMap((number) => (number === 100 ? entries : read(number)))
        .map((entry) => leafHash(entry)),
    )
    for (const [key, tile] of forged.tiles) {
      const [level = '', number = ''] = key.split('/')
      const whole = join(changed, 'tile', level, number.padStart(3, '0'))
      writeFileSync(tile.width === 256 ? whole : join(`${whole}.p`, String(tile.width)), tile.bytes())
    }
    const { status, stdout } = judged(changed)
    assert.equal(status, 1)
    assert.match(stdout, /entries give the signed root/)
    assert.ok(!(await edno(changed)))
  })
  const read = (number: number): Buffer[] => {
    const partial = join(log(), 'tile/entries', `${String(number).padStart(3, '0')}.p`)
    const isPartial = existsSync(partial)
    const octets = readFileSync(isPartial ? join(partial, readdirSync(partial)[0]!) : partial.slice(0, -2))
    const width = isPartial ? Number(readdirSync(partial)[0]) : 256
    return entrySpans(octets, width).map(({ from, to }) => octets.subarray(from, to))
  }

  it('a receipt for another entry, with a hash changed, or an older head of another history are caught', () => {
    const receipt = readFileSync(join(folder, 'receipt'), 'utf8')
    writeFileSync(join(folder, 'other-entry'), someEntries(3)[1]!)
    writeFileSync(join(folder, 'other-index'), receipt.replace(`index ${INDEX}`, `index ${INDEX - 1}`))
    const [, , hash = ''] = receipt.split('\n')
    writeFileSync(join(folder, 'other-hash'), receipt.replace(hash, Buffer.alloc(32, 7).toString('base64')))
    writeFileSync(join(folder, 'other-old'), new MemoryLog(someEntries(5)).checkpoint)
    assert.match(judged(log(), { entry: 'other-entry' }).stdout, /refused: inclusion/)
    assert.match(judged(log(), { receipt: 'other-index' }).stdout, /refused: inclusion/)
    assert.match(judged(log(), { receipt: 'other-hash' }).stdout, /refused: inclusion/)
    assert.match(judged(log(), { old: 'other-old' }).stdout, /refused: signature of the head/)
  })

  for (const size of [1, 2, 255, 256, 257, 300])
    it(`a log of ${size} holds too`, async () => {
      const small = log(`small-${size}`)
      mkdirSync(small)
      const entries = someEntries(size)
      const memory = new MemoryLog(entries)
      await exportLog({ source: memory, folder: small, logKey: memory.vkey })
      const tree = new TileLog().append(entries.map((entry) => leafHash(entry)))
      const proof = { index: 0, path: inclusionProof(0, size, tree.read), checkpoint: memory.checkpoint }
      writeFileSync(join(small, 'receipt'), writeTlogProof(proof))
      writeFileSync(join(small, 'entry'), entries[0]!)
      const files = ['log.vkey', 'checkpoint', 'receipt', 'entry'].map((name) => join(small, name))
      const { status, stdout } = spawnSync(judge, [small, ...files], { encoding: 'utf8' })
      assert.equal(status, 0, stdout)
    })
})
