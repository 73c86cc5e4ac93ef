import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Estate, type Serving, until } from '../support/estate.ts'
import { type Ended, edno } from '../support/processes.ts'
import { testPki } from '../support/pki.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** What a developer and an operator type while an answer is late: real processes, a real receiver of callbacks. */
describe('commands about what comes later', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'edno-receiver-'))
  let receiver: Receiver
  let estate: Estate
  let serving: Serving
  /** What the receiver says until it is in order again. */
  let fault: number | undefined
  before(async () => {
    const pki = await testPki()
    const caFile = join(folder, 'receiver.crt')
    writeFileSync(caFile, pki.ca)
    const tls = await pki.leaf('receiver', { use: 'server', hosts: ['localhost'] })
    receiver = await startReceiver(tls, (_, response: ServerResponse) => void response.writeHead(fault ?? 204).end())
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 3000 },
      defersMs: { 'taxi-permit': 120_000 },
      partyMembers: { troyan: `callbacks: { url: "https://localhost:${receiver.port}/callbacks" }` },
      settings: { callbacks: { caFile, allowNetworks: ['127.0.0.0/8', '::1/128'], retrySeconds: [0.2] } },
    })
    serving = await estate.serve()
  })
  after(async () => {
    await estate.close()
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    receiver.received.length = 0
    fault = undefined
  })
  afterEach(() => {
    for (const registry of ['vehicle-register', 'guarantee-fund']) estate.simulator.setFault(registry, undefined)
  })

  const command = (...args: string[]): Promise<Ended> =>
    edno(args, { ...estate.variables, EDNO_HTTP_PORT: new URL(serving.url).port })
  const file = join(folder, 'application.xml')
  const submit = (...args: string[]): Promise<Ended> => command('submit', file, ...args)
  const types = (): string[] => receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)

  it('say where the answer will be, wait as long as they are told, and get it by the same file', async () => {
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const signed = estate.sign('taxi')
    writeFileSync(file, signed.bytes)
    const sent = await submit('--no-wait', '--json')
    assert.equal(sent.status, 0, sent.stderr)
    const { exchangeId, outerEnd } = JSON.parse(sent.stdout) as { exchangeId: string; outerEnd: string }
    assert.equal(exchangeId, signed.exchangeId)
    assert.ok(Date.parse(outerEnd) > Date.now())

    const began = performance.now()
    const waited = await submit('--wait', '1', '--lang', 'bg')
    assert.equal(waited.status, 1, 'nothing came, though somebody waited')
    assert.match(waited.stdout, new RegExp(`Обменът ${exchangeId} тече; отговорът му идва най-късно в 20`))
    assert.ok(performance.now() - began < 60_000)

    const following = submit('--lang', 'en')
    await until('it is deferred', () => types().includes('exchange.deferred'))
    estate.simulator.setFault('vehicle-register', undefined)
    const { status, stdout, stderr } = await following
    assert.equal(status, 0, stderr)
    assert.match(stdout, /verified|holds|valid/i)
    await until('the callback', () => types().includes('exchange.answered'))
  })

  it('tell the consumer that something was added to its answer', async () => {
    // The insurance is asked for late, and has not failed when the answer leaves.
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 1300 })
    estate.simulator.setFault('guarantee-fund', { kind: 'hang' })
    const signed = estate.sign('taxi')
    writeFileSync(file, signed.bytes)
    const { status, stderr } = await submit()
    assert.equal(status, 0, stderr)
    estate.simulator.setFault('guarantee-fund', undefined)
    const told = (): boolean =>
      receiver.received.some(({ body }) => {
        const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> }
        return type === 'exchange.supplemented' && data['exchangeId'] === signed.exchangeId
      })
    await until('the callback', told)
  })

  it('list callbacks that nobody took, and send them again', async () => {
    fault = 500
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 500 })
    // Of a service that is never deferred: it is told of once.
    const signed = estate.sign('vehicle-tax')
    writeFileSync(file, signed.bytes)
    assert.equal((await submit('--no-wait')).status, 0)
    interface Listed {
      readonly message: string
      readonly type: string
      readonly exchangeId: string
    }
    const listed = async (): Promise<Listed[]> => {
      const told = JSON.parse((await command('callback', 'list', '--json')).stdout) as { callbacks: Listed[] }
      return told.callbacks.filter(({ exchangeId }) => exchangeId === signed.exchangeId)
    }
    await until('one is given up', async () => (await listed()).length === 1)
    const [dead] = await listed()
    assert.equal(dead?.type, 'exchange.answered')
    assert.match((await command('callback', 'list', '--lang', 'bg')).stdout, new RegExp(dead.message))

    fault = undefined
    receiver.received.length = 0
    const retried = await command('callback', 'retry', dead.message, '--json')
    assert.deepEqual([retried.status, JSON.parse(retried.stdout)], [0, { retried: 1 }])
    await until('it arrives', () => types().length === 1)
    assert.equal(receiver.received[0]!.headers['webhook-id'], dead.message)
    const delivered =
      "select from callback where state = 'delivered' and exchange in (select id from exchange where exchange_id = $1)"
    await until('edno knows that it did', async () => (await estate.ask(delivered, [signed.exchangeId])).length === 1)
    assert.deepEqual(await listed(), [])
    assert.equal((await command('callback', 'retry', dead.message)).status, 1)
    assert.equal((await command('callback', 'retry', 'a letter')).status, 2)
  })
})
