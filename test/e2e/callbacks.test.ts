import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { verifyCallback } from '../../src/client/verify-callback.ts'
import type { Application } from '../../src/model/application.ts'
import { readTrustDocument } from '../../src/signature/trust-document.ts'
import { openBeside } from '../../src/store/beside.ts'
import { listCallbacks, reviveCallbacks } from '../../src/store/callbacks.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { deferringServices } from '../support/deferring-services.ts'
import { until } from '../support/estate.ts'
import { testPki } from '../support/pki.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

describe('callbacks to a consumer that registered an address', function () {
  this.timeout(180_000)
  let edno: TestApp
  let receiver: Receiver
  let databaseUrl: string
  const folders: string[] = []
  /** What the receiver answers, in turn; 204 when there is nothing. */
  const replies: ((response: ServerResponse) => void)[] = []
  const start = (): Promise<TestApp> =>
    testApp({
      databaseUrl,
      dataDirectory: folders[0]!,
      servicesFolder: folders[1]!,
      partyMembers: { troyan: `callbacks: { url: "https://localhost:${receiver.port}/callbacks" }` },
      settings: {
        callbacks: {
          timeoutMs: 20_000,
          retrySeconds: [0.2, 0.2],
          allowNetworks: ['127.0.0.0/8', '::1/128'],
          caFile: join(folders[0]!, 'receivers.crt'),
        },
      },
    })
  before(async () => {
    const pki = await testPki()
    const tls = await pki.leaf('receiver', { use: 'server', hosts: ['localhost'] })
    receiver = await startReceiver(tls, (_, response) => {
      const reply = replies.shift() ?? ((to: ServerResponse) => void to.writeHead(204).end())
      reply(response)
    })
    folders.push(mkdtempSync(join(tmpdir(), 'edno-callbacks-')))
    writeFileSync(join(folders[0]!, 'receivers.crt'), pki.ca)
    folders.push(await deferringServices({ 'vehicle-tax': { deadlineMs: 10_000, deferMs: 120_000 } }))
    databaseUrl = await testDatabaseUrl()
    edno = await start()
  })
  after(async () => {
    await edno.close()
    await receiver.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    receiver.received.length = 0
    replies.length = 0
    edno.app.simulator!.setFault('maritime-registry', undefined)
  })

  const fresh = (scenario = 'vehicle-tax'): Application =>
    applicationOf(scenarioNamed(scenariosOf(edno.config), scenario), [], new Date())
  const send = (application: Application, prefer?: string) =>
    call(edno, {
      body: signedBytes(application, keysOf(edno, 'troyan').seal, false),
      tls: keysOf(edno, 'troyan').tls,
      ...(prefer === undefined ? {} : { headers: { Prefer: prefer } }),
    })
  const arrived = async (count: number): Promise<void> => {
    const end = performance.now() + 60_000
    while (receiver.received.length < count) {
      assert.ok(performance.now() < end, `${receiver.received.length} of ${count} callbacks came`)
      await pause(50)
    }
  }
  const keys = async (): Promise<readonly string[]> => {
    const trust = await call(edno, { method: 'GET', path: '/v1/trust' })
    const document = await readTrustDocument(trust.body.toString())
    return document?.callbacks?.keys ?? []
  }
  const told = async () =>
    receiver.received.map(({ headers, body }) => verifyCallback({ headers, body, keys: published, now: new Date() }))
  let published: readonly string[] = []
  before(async () => {
    published = await keys()
    assert.equal(published.length, 1)
  })
  const rows = async <T>(look: (db: Parameters<typeof listCallbacks>[0]) => Promise<T>): Promise<T> => {
    const beside = await openBeside({ databaseUrl, dataDirectory: folders[0]! })
    try {
      return await look(beside.db)
    } finally {
      await beside.close()
    }
  }

  it('tell which exchange is answered, signed, and nothing of what is in it', async () => {
    const application = fresh()
    assert.equal((await send(application, 'respond-async')).status, 202)
    await arrived(1)
    const [callback] = await told()
    assert.deepEqual(
      { ...callback, timestamp: '' },
      { type: 'exchange.answered', exchangeId: application.exchangeId, timestamp: '' },
    )
    const { body, headers } = receiver.received[0]!
    assert.deepEqual(Object.keys(JSON.parse(body) as object), ['type', 'timestamp', 'data'])
    assert.match(String(headers['webhook-id']), /^msg_[0-9a-f]{32}$/)
    for (const personal of ['9225219962', 'Измислен', 'ТР-ДЕМО']) assert.ok(!body.includes(personal))
  })

  it('do not tell who got the answer on the line', async () => {
    assert.equal((await send(fresh())).status, 200)
    await pause(1500)
    assert.equal(receiver.received.length, 0)
  })

  it('tell that an exchange is deferred, where the caller left before, and when it is answered', async () => {
    edno.app.simulator!.setFault('maritime-registry', { kind: 'hang' })
    const application = fresh()
    assert.equal((await send(application, 'respond-async')).status, 202)
    await arrived(1)
    edno.app.simulator!.setFault('maritime-registry', undefined)
    await arrived(2)
    assert.deepEqual(
      (await told()).map((each) => each?.type),
      ['exchange.deferred', 'exchange.answered'],
    )
  })

  it('tell that it was taken back', async () => {
    edno.app.simulator!.setFault('maritime-registry', { kind: 'hang' })
    const application = fresh()
    assert.equal((await send(application, 'respond-async')).status, 202)
    const path = `/v1/exchanges/${application.exchangeId}`
    assert.equal((await call(edno, { method: 'DELETE', path, tls: keysOf(edno, 'troyan').tls })).status, 200)
    await arrived(1)
    assert.deepEqual((await told())[0]?.type, 'exchange.cancelled')
  })

  it('are tried again with the same id and a signature of their own; then they are kept for an operator', async () => {
    for (let n = 0; n < 3; n += 1) replies.push((response) => void response.writeHead(500).end('8427029967'))
    await send(fresh(), 'respond-async')
    await arrived(3)
    const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']))
    assert.equal(ids.size, 1)
    assert.ok((await told()).every((each) => each?.type === 'exchange.answered'))
    const given = () => rows((db) => listCallbacks(db, { state: 'dead' }, 10))
    await until('it is given up', async () => (await given()).length > 0)
    const [dead, ...more] = await given()
    assert.deepEqual([dead?.tries, dead?.fault, more.length], [3, 'status 500', 0])
    assert.ok(!edno.logged.join('').includes('8427029967'))
    assert.equal(await rows((db) => reviveCallbacks(db, { message: dead!.message })), 1)
    await arrived(4)
    assert.equal(receiver.received[3]!.headers['webhook-id'], [...ids][0])
  })

  it('wait as long as a receiver says that it wants to be left alone', async () => {
    replies.push((response) => void response.writeHead(503, { 'Retry-After': '2' }).end())
    await send(fresh(), 'respond-async')
    await arrived(1)
    await arrived(2)
    const [first, second] = receiver.received
    assert.ok(second!.at - first!.at > 1900)
  })

  it('go nowhere any more once the receiver said so, until an operator tries again', async () => {
    replies.push((response) => void response.writeHead(410).end())
    await send(fresh(), 'respond-async')
    await arrived(1)
    const given = () => rows((db) => listCallbacks(db, { state: 'dead' }, 10))
    await until('edno has heard it', async () => (await given()).length === 1)
    await send(fresh(), 'respond-async')
    await until('both are given up', async () => (await given()).length === 2)
    const dead = await given()
    assert.equal(receiver.received.length, 1)
    assert.deepEqual(
      dead.map(({ fault }) => fault),
      ['status 410', 'refused'],
    )
    assert.equal(await rows((db) => reviveCallbacks(db, { consumer: 'troyan' })), 2)
    await arrived(3)
  })

  describe('follow what is registered at the time of each try', () => {
    const file = (): string => join(folders[0]!, 'parties', 'troyan.yaml')
    let shipped: string
    before(() => {
      shipped = readFileSync(file(), 'utf8')
    })
    afterEach(() => register(shipped))
    const register = async (text: string): Promise<void> => {
      writeFileSync(file(), text)
      assert.notEqual(await edno.app.reload(), 'refused')
    }
    const waiting = () => rows((db) => listCallbacks(db, { state: 'waiting' }, 10))
    const dead = () => rows((db) => listCallbacks(db, { state: 'dead' }, 10))
    const settled = async (count: number): Promise<void> => {
      const end = performance.now() + 60_000
      while ((await waiting()).length + (await dead()).length !== count) {
        assert.ok(performance.now() < end)
        await pause(50)
      }
    }
    /** A try failed, and the next one comes when nobody would wait for it. */
    const failing = async (): Promise<void> => {
      replies.push((response) => void response.writeHead(503, { 'Retry-After': '3600' }).end())
      await send(fresh(), 'respond-async')
      await arrived(1)
      await until('the next try', async () => (await waiting()).some(({ fault }) => fault === 'status 503'))
    }
    const again = () => rows((db) => reviveCallbacks(db, { consumer: 'troyan' }))

    it('to a new address, with what failed at the old one, as soon as an operator says so', async () => {
      await failing()
      await register(shipped.replace('/callbacks"', '/elsewhere"'))
      assert.equal(await again(), 1)
      await arrived(2)
      const [first, second] = receiver.received
      assert.deepEqual([first?.path, second?.path], ['/callbacks', '/elsewhere'])
      assert.equal(second?.headers['webhook-id'], first?.headers['webhook-id'])
    })

    it('nowhere once there is no address any more: what waits is not kept', async () => {
      await failing()
      await register(shipped.replace(/^callbacks:.*$/m, ''))
      await again()
      await settled(0)
      assert.equal(receiver.received.length, 1)
    })

    it('not to who is suspended, whose callbacks are kept until it is active', async () => {
      await failing()
      await register(shipped.replace('state: active', 'state: suspended'))
      assert.equal(await again(), 1)
      await until('it is given up', async () => (await dead()).length === 1)
      assert.deepEqual([(await dead())[0]?.fault, receiver.received.length], ['suspended', 1])
      await register(shipped)
      assert.equal(await again(), 1)
      await arrived(2)
    })
  })

  it('come after a restart too: what is written with the closing is not lost', async () => {
    replies.push((response) => void response.socket?.destroy())
    await send(fresh(), 'respond-async')
    await arrived(1)
    await edno.close()
    edno = await start()
    await arrived(2)
    assert.equal((await told())[1]?.type, 'exchange.answered')
  })
})
