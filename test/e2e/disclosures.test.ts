import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { type Callback, verifyCallback } from '../../src/client/verify-callback.ts'
import { readTrustDocument } from '../../src/signature/trust-document.ts'
import { reviveCallbacks } from '../../src/store/callbacks.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { hidingServices } from '../support/hiding-services.ts'
import { testPki } from '../support/pki.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

const PORTAL = 'citizen-portal'
const HOUR_MS = 3_600_000
/** Invented. */
const SKIPPER = 'PNOBG-8427029967'
const OWNER = 'PNOBG-9225219962'
const SUBSCRIPTIONS = '/data-tracker/v2/subscriptions'

describe('a citizen portal', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  let receiver: Receiver
  let published: readonly string[]
  const folders: string[] = []
  const replies: ((response: ServerResponse) => void)[] = []
  before(async () => {
    const pki = await testPki()
    const tls = await pki.leaf('receiver', { use: 'server', hosts: ['localhost'] })
    receiver = await startReceiver(tls, (_, response) => {
      const reply = replies.shift() ?? ((to: ServerResponse) => void to.writeHead(204).end())
      reply(response)
    })
    folders.push(mkdtempSync(join(tmpdir(), 'edno-disclosures-')))
    writeFileSync(join(folders[0]!, 'receivers.crt'), pki.ca)
    folders.push(await hidingServices({ 'water-taxi-permit': { days: 30, always: false } }))
    const databaseUrl = await testDatabaseUrl()
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    edno = await testApp({
      ...{ databaseUrl, dataDirectory: folders[0]!, servicesFolder: folders[1]! },
      partyMembers: { [PORTAL]: `callbacks: { url: "https://localhost:${receiver.port}/told" }` },
      settings: {
        callbacks: {
          timeoutMs: 20_000,
          retrySeconds: [0.2, 0.2],
          allowNetworks: ['127.0.0.0/8', '::1/128'],
          caFile: join(folders[0]!, 'receivers.crt'),
        },
      },
    })
    const trust = await call(edno, { method: 'GET', path: '/v1/trust' })
    published = (await readTrustDocument(trust.body.toString()))?.callbacks?.keys ?? []
  })
  after(async () => {
    await database.destroy()
    await edno.close()
    await receiver.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    receiver.received.length = 0
    replies.length = 0
  })

  const subscribe = (userCode: string, party = PORTAL): Promise<Answered> =>
    call(edno, {
      ...{ path: SUBSCRIPTIONS, body: Buffer.from(JSON.stringify({ userCode })), contentType: 'application/json' },
      tls: keysOf(edno, party).tls,
    })
  const subscribed = async (userCode: string): Promise<string> => {
    const { status, body } = await subscribe(userCode)
    assert.equal(status, 201, body.toString())
    return (JSON.parse(body.toString()) as { subscription: string }).subscription
  }
  const end = (id: string, party = PORTAL): Promise<Answered> =>
    call(edno, { method: 'DELETE', path: `${SUBSCRIPTIONS}/${id}`, tls: keysOf(edno, party).tls })
  const send = async (name: string, hiddenUntil?: Date): Promise<string> => {
    const made = applicationOf(scenarioNamed(scenariosOf(edno.config), name), [], new Date())
    const application = hiddenUntil === undefined ? made : { ...made, hiddenUntil: hiddenUntil.toISOString() }
    const keys = keysOf(edno, 'troyan')
    const answered = await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    assert.equal(answered.status, 200, answered.body.toString())
    return application.exchangeId
  }
  const arrived = async (count: number): Promise<void> => {
    const until = performance.now() + 60_000
    while (receiver.received.length < count) {
      assert.ok(performance.now() < until, `${receiver.received.length} of ${count} came`)
      await pause(50)
    }
  }
  const told = (): (Callback | undefined)[] =>
    receiver.received.map(({ headers, body }) => verifyCallback({ headers, body, keys: published, now: new Date() }))

  it('is told of each exchange about those it subscribed to, signed, by ids alone', async () => {
    const subscription = await subscribed(SKIPPER)
    assert.equal(await subscribed(SKIPPER), subscription, 'the same person, the same subscription')
    await send('vehicle-tax')
    const exchangeId = await send('water-taxi')
    await arrived(1)
    await pause(2500)
    assert.deepEqual(
      told().map((each) => ({ ...each, timestamp: '' })),
      [{ type: 'exchange.disclosed', timestamp: '', exchangeId, subscription }],
    )
    const { body, headers, path } = receiver.received[0]!
    for (const personal of ['8427029967', 'Измислен', 'troyan', 'ТР-ДЕМО', 'water'])
      assert.ok(![body, path, JSON.stringify(headers)].some((text) => text.includes(personal)), personal)
    const marks = await database.selectFrom('portal_subscription').select('mark').execute()
    for (const { mark } of marks) assert.ok(!body.includes(mark))
  })

  it('is told again when it did not answer, and what is given up is kept for an operator', async () => {
    for (let n = 0; n < 3; n += 1) replies.push((response) => void response.writeHead(500).end())
    const exchangeId = await send('water-taxi')
    await arrived(3)
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1)
    const dead = async () => database.selectFrom('callback').select('consumer').where('state', '=', 'dead').execute()
    while ((await dead()).length === 0) await pause(50)
    assert.deepEqual(await dead(), [{ consumer: PORTAL }])
    assert.equal(await reviveCallbacks(database, { consumer: PORTAL }), 1)
    await arrived(4)
    assert.equal(told().at(-1)?.exchangeId, exchangeId)
  })

  it('is told of what is hidden after its date only, also where an operator has all of it tried again', async () => {
    const secret = await send('water-taxi', new Date(Date.now() + HOUR_MS))
    await pause(2500)
    assert.deepEqual(told(), [])
    const open = await send('water-taxi')
    await reviveCallbacks(database, { consumer: PORTAL })
    await arrived(1)
    await pause(2500)
    assert.deepEqual(
      told().map((each) => each?.exchangeId),
      [open],
    )
    const { due_at: due } = await database
      .selectFrom('callback')
      .innerJoin('exchange', 'exchange.id', 'callback.exchange')
      .select('callback.due_at')
      .where('exchange.exchange_id', '=', secret)
      .executeTakeFirstOrThrow()
    assert.ok(due.getTime() > Date.now() + HOUR_MS / 2, 'it would have been told before its date')
    // As if the hour were over.
    await database.updateTable('exchange').set({ hidden_until: new Date() }).where('exchange_id', '=', secret).execute()
    await reviveCallbacks(database, { consumer: PORTAL })
    await arrived(2)
    assert.equal(told()[1]?.exchangeId, secret)
  })

  it('is told nothing more of whom it unsubscribed from, not even what waits', async () => {
    const subscription = await subscribed(OWNER)
    assert.equal((await end(subscription, 'citizen-portal')).status, 204)
    assert.equal((await end(subscription)).status, 204, 'it is ended already')
    await send('vehicle-tax')
    await pause(2500)
    assert.deepEqual(told(), [])
  })

  it('has no subscription, and no end of one, without an entry, and each entry is silent about whom', async () => {
    const rows = await database
      .selectFrom('audit_read')
      .select(['party', 'question'])
      .where('what', '=', 'subscription')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map(({ party, question }) => ({ party, ...(JSON.parse(question) as object) })),
      ['begun', 'begun', 'begun', 'ended'].map((change) => ({ party: PORTAL, change })),
    )
  })

  for (const party of ['troyan', 'grao', 'audit-office', 'edno-operator'])
    it(`is not what ${party} is: it may not subscribe`, async () => {
      assert.equal((await subscribe(OWNER, party)).code, 'access.not-portal')
      assert.equal((await end('0195f2c0-0000-7000-8000-0000000000ff', party)).code, 'access.not-portal')
    })
})
