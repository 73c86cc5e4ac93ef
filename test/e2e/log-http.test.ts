import assert from 'node:assert/strict'
import pg from 'pg'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { entrySpans } from '../../src/exchange-log/bundle.ts'
import { type Checkpoint, openCheckpoint } from '../../src/exchange-log/checkpoint.ts'
import { leafHash } from '../../src/exchange-log/merkle.ts'
import { noteVerifier } from '../../src/exchange-log/note.ts'
import { openPromise } from '../../src/exchange-log/promise.ts'
import { entriesPath, tilePath } from '../../src/exchange-log/tile.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { until } from '../support/estate.ts'

describe('the exchange log over HTTP', function () {
  this.timeout(180_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp()
  })
  after(() => edno.close())

  const get = (path: string): Promise<Answered> => call(edno, { method: 'GET', path: `/log/${path}` })
  const head = async (): Promise<Checkpoint> => {
    const [checkpoint, vkey] = await Promise.all([get('checkpoint'), get('log.vkey')])
    return openCheckpoint(checkpoint.body.toString(), noteVerifier(vkey.body.toString()))
  }
  const exchange = async (): Promise<void> => {
    const { seal, tls } = keysOf(edno, 'troyan')
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    assert.equal((await call(edno, { body: signedBytes(application, seal, false), tls })).status, 200)
  }

  it('is open to everybody: a signed head that moves on, which a cache keeps for seconds', async () => {
    await exchange()
    const { headers } = await get('checkpoint')
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    assert.match(String(headers['cache-control']), /^public, max-age=[1-5]$/)
    const before = await head()
    await exchange()
    await until('the head has moved on', async () => (await head()).size >= before.size + 2)
  })

  it('has tiles and bundles of every width that had a head, for ever', async () => {
    const { size } = await head()
    assert.ok(size > 2 && size < 256)
    for (const width of [1, 2, size]) {
      const [tile, bundle] = await Promise.all([
        get(tilePath({ level: 0, number: 0, width })),
        get(entriesPath({ number: 0, width })),
      ])
      for (const { status, headers } of [tile, bundle]) {
        assert.equal(status, 200)
        assert.equal(headers['content-type'], 'application/octet-stream')
        assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
      }
      const leaves = entrySpans(bundle.body, width).map(({ from, to }) => leafHash(bundle.body.subarray(from, to)))
      assert.deepEqual(tile.body, Buffer.concat(leaves))
    }
  })

  it('has neither tiles beyond its head nor full ones that are partial', async () => {
    const { size } = await head()
    for (const path of [
      tilePath({ level: 0, number: 0, width: size + 200 > 255 ? 255 : size + 200 }),
      tilePath({ level: 0, number: 0, width: 256 }),
      entriesPath({ number: 0, width: 256 }),
      tilePath({ level: 1, number: 0, width: 1 }),
    ]) {
      const { status, headers } = await get(path)
      assert.equal(status, 404, path)
      assert.equal(headers['cache-control'], 'no-store')
    }
  })

  it('tells nothing of a person', async () => {
    const { size } = await head()
    const { body } = await get(entriesPath({ number: 0, width: size }))
    assert.doesNotMatch(body.toString('utf8'), /Измислен|\b\d{10}\b/)
  })
})

describe('an answer that does not wait for its receipt', function () {
  this.timeout(180_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp({ settings: { log: { origin: 'edno.example.bg/log', receiptWaitMs: 0, promiseSeconds: 30 } } })
  })
  after(() => edno.close())

  const send = (): Promise<Answered> => {
    const { seal, tls } = keysOf(edno, 'troyan')
    // Of few calls: a receipt of many may be too long for any header, and then the answer bears a link alone.
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'vehicle-tax'), [], new Date())
    return call(edno, { body: signedBytes(application, seal, false), tls })
  }
  const withPromise = async (): Promise<Answered> => {
    for (let tries = 0; tries < 20; tries += 1) {
      const answered = await send()
      const [receipt, promise] = [answered.headers['edno-receipt'], answered.headers['edno-promise']]
      assert.equal(receipt === undefined, promise !== undefined, 'one of the two')
      if (promise !== undefined) return answered
    }
    throw new Error('every receipt was ready at once')
  }

  it('leaves with a promise signed by the log, for the entry that its receipt then proves', async () => {
    const { headers } = await withPromise()
    const vkey = (await call(edno, { method: 'GET', path: '/log/log.vkey' })).body.toString()
    const note = Buffer.from(String(headers['edno-promise']), 'base64url').toString()
    const { leaf, madeAt, dueAt } = openPromise(note, noteVerifier(vkey))
    assert.equal(dueAt.getTime() - madeAt.getTime(), 30_000)
    const path = /<(.*)>; rel="receipt"/.exec(String(headers['link']))![1]!
    const get = (): Promise<Answered> => call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })
    let receipt = await get()
    await until('the receipt is there', async () => {
      receipt = await get()
      return receipt.status === 200
    })
    const { entry } = JSON.parse(receipt.body.toString()) as { entry: string }
    assert.deepEqual(leafHash(Buffer.from(entry, 'base64url')), Buffer.from(leaf))
  })

  it('has its promise looked after: /readyz says when it was not kept', async () => {
    await withPromise()
    const readiness = async (): Promise<{ ready: boolean; checks: Record<string, string> }> =>
      JSON.parse((await call(edno, { method: 'GET', path: '/readyz' })).body.toString()) as never
    assert.equal((await readiness()).checks['promises'], 'ok')
    const client = new pg.Client({ connectionString: edno.config.databaseUrl!.reveal() })
    await client.connect()
    try {
      await client.query(`insert into log_promise (entry, leaf_hash, made_at, due_at)
        values (1000000, sha256('x'), now() - interval '1 minute', now() - interval '1 second')`)
    } finally {
      await client.end()
    }
    const said = '1 promises of the log broken, 1 of them open to this day'
    await until('it is told', async () => (await readiness()).checks['promises'] === said)
    assert.equal((await readiness()).ready, true)
    assert.ok(edno.logged.some((line) => line.includes('promise-broken')))
  })
})
