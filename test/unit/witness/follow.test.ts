import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import type { FetchLogFile } from '../../../src/witness/fetch-log.ts'
import { lookAt } from '../../../src/witness/follow.ts'
import { freshSigner } from '../exchange-log/keys.ts'
import { aWitness, entriesOf, SmallLog, type TestWitness } from './logs.ts'

describe('a witness that follows a log', () => {
  const made: TestWitness[] = []
  const fresh = (log: SmallLog): TestWitness => {
    const one = aWitness([log.signer])
    made.push(one)
    return one
  }
  afterEach(() => {
    for (const { folder } of made.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  const log = new SmallLog(entriesOf(70_000))
  const origin = log.signer.name

  it('cosigns each head it sees, by the tiles of the log alone', async () => {
    const { witness } = fresh(log)
    let before = 0
    for (const size of [0, 1, 255, 256, 257, 300, 65_536, 65_537, 70_000, 70_000]) {
      assert.deepEqual(await lookAt(witness, log.serve(size)), { what: 'cosigned', origin, size, before })
      assert.equal(witness.headOf(origin)?.size, size)
      before = size
    }
  })

  it('asks for no more than the tiles of one proof', async () => {
    const { witness } = fresh(log)
    await lookAt(witness, log.serve(65_000))
    const asked: string[] = []
    const served = log.serve(70_000)
    await lookAt(witness, (path) => {
      asked.push(path)
      return served(path)
    })
    assert.ok(asked.length <= 8, asked.join(' '))
  })

  it('calls another history a fork, whoever holds the key, and keeps its head', async () => {
    const { witness, folder } = fresh(log)
    await lookAt(witness, log.serve(400))
    const forged = new SmallLog(entriesOf(500, { 7: 'forged' }), log.signer)
    assert.deepEqual(await lookAt(witness, forged.serve(500)), { what: 'forked', origin, size: 500, before: 400 })
    assert.deepEqual(await lookAt(witness, forged.serve(400)), { what: 'forked', origin, size: 400, before: 400 })
    assert.equal(readdirSync(folder).filter((name) => name.includes('.forked.')).length, 4, 'two, and what was before')
    assert.equal(witness.headOf(origin)?.size, 400)
    assert.equal((await lookAt(witness, log.serve(450))).what, 'cosigned', 'the true history goes on')
  })

  it('tells a log that shows fewer entries than before', async () => {
    const { witness } = fresh(log)
    await lookAt(witness, log.serve(400))
    assert.deepEqual(await lookAt(witness, log.serve(399)), { what: 'shrunk', origin, size: 399, before: 400 })
    assert.equal(witness.headOf(origin)?.size, 400)
  })

  const stranger = new SmallLog(entriesOf(500), freshSigner())
  const other = new SmallLog(entriesOf(500), freshSigner('other.example.bg/log'))
  const without =
    (served: FetchLogFile): FetchLogFile =>
    (path) =>
      path === 'checkpoint' ? served(path) : Promise.resolve(undefined)
  const silences: Readonly<Record<string, FetchLogFile>> = {
    'no-answer': () => Promise.resolve(undefined),
    'no-checkpoint': () => Promise.resolve(Buffer.from('<html>')),
    'unknown-log': other.serve(450),
    'not-signed': stranger.serve(450),
    'no-tiles': without(log.serve(450)),
  }
  for (const [what, fetch] of Object.entries(silences))
    it(`cosigns nothing and accuses nobody: ${what}`, async () => {
      const { witness, folder } = fresh(log)
      await lookAt(witness, log.serve(400))
      assert.equal((await lookAt(witness, fetch)).what, what)
      assert.equal(witness.headOf(origin)?.size, 400)
      assert.equal(readdirSync(folder).length, 1)
    })

  it('believes no tile: a wrong one leads to no cosignature', async () => {
    const { witness } = fresh(log)
    await lookAt(witness, log.serve(400))
    const served = log.serve(450)
    const spoilt: FetchLogFile = async (path) => {
      const bytes = await served(path)
      return path === 'checkpoint' || bytes === undefined ? bytes : Buffer.from(bytes.map((byte) => byte ^ 1))
    }
    assert.equal((await lookAt(witness, spoilt)).what, 'forked')
    assert.equal(witness.headOf(origin)?.size, 400)
  })
})
