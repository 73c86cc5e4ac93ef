import assert from 'node:assert/strict'
import { createServer, type Server as HttpsServer } from 'node:https'
import { createServer as createSilent, type AddressInfo, type Server } from 'node:net'
import { mock } from 'node:test'
import { connect } from '../../../src/client/connect.ts'
import { issueAuthority, issueCertificate } from '../../../src/pki/issue-certificate.ts'
import { freePort } from '../../support/free-port.ts'

type Behaviour = 'serves' | 'unready' | 'breaks off' | 'is away behind its proxy' | 'asked a registry in vain'

const HEADS: Readonly<Record<Exclude<Behaviour, 'breaks off'>, [number, Record<string, string>]>> = {
  serves: [200, {}],
  unready: [503, {}],
  'is away behind its proxy': [502, { 'Content-Type': 'text/html; charset=utf-8' }],
  'asked a registry in vain': [502, { 'Content-Type': 'application/xml' }],
}

describe('a client that knows several addresses', () => {
  let ca: string
  let pair: { certificate: string; key: string }
  const opened: (HttpsServer | Server)[] = []
  const asked: string[] = []
  const closes: (() => void)[] = []
  /** By which one that did not serve is passed over for a while; it stands, however slow the machine is. */
  let now = 0
  beforeEach(() => {
    now = 0
    mock.method(performance, 'now', () => now)
  })
  before(async () => {
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
    const authority = await issueAuthority({ commonName: 'Test authority' }, validity)
    const subject = { commonName: 'Test edno' }
    pair = await issueCertificate(authority, {
      subject,
      use: 'server',
      keyType: 'ec-p256',
      ...validity,
      hosts: ['127.0.0.1'],
    })
    ca = authority.certificate
  })
  afterEach(async () => {
    mock.restoreAll()
    asked.length = 0
    for (const close of closes.splice(0)) close()
    await Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  })

  const listening = async (server: HttpsServer | Server): Promise<string> => {
    opened.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const edno = (name: string, behaviour: { now: Behaviour }): Promise<string> =>
    listening(
      createServer({ cert: pair.certificate, key: pair.key }, (_request, response) => {
        asked.push(name)
        if (behaviour.now === 'breaks off') response.socket?.destroy()
        else response.writeHead(...HEADS[behaviour.now]).end(name)
      }),
    )
  const nobody = async (): Promise<string> => `https://127.0.0.1:${await freePort()}`
  const clientOf = (...url: string[]): ReturnType<typeof connect>['http'] => {
    const { http, close } = connect({ url, ca, certificate: pair.certificate, key: pair.key }, 'en')
    closes.push(close)
    return http
  }

  it('gives each its turn, so that a second one takes its share', async () => {
    const http = clientOf(await edno('one', { now: 'serves' }), await edno('two', { now: 'serves' }))
    for (let time = 0; time < 4; time += 1) assert.equal((await http.get('/')).status, 200)
    assert.deepEqual(asked, ['one', 'two', 'one', 'two'])
  })

  it('passes one over that did not serve, and comes back to it when it does again', async () => {
    const first = { now: 'unready' as Behaviour }
    const http = clientOf(await edno('one', first), await edno('two', { now: 'serves' }))
    for (let time = 0; time < 4; time += 1) assert.equal((await http.get('/')).status, 200)
    assert.deepEqual(asked, ['one', 'two', 'two', 'two', 'two'])
    first.now = 'serves'
    now = 1100
    for (let time = 0; time < 2; time += 1) assert.equal((await http.get('/')).status, 200)
    assert.deepEqual(asked.slice(5).toSorted(), ['one', 'two'])
  })

  it('goes to the next where nobody listens, where it breaks off, and where it says that it cannot serve', async () => {
    const first = { now: 'unready' as Behaviour }
    const urls = [await nobody(), await edno('one', first), await edno('two', { now: 'serves' })]
    const http = clientOf(...urls)
    assert.equal((await http.post('/v1/exchanges', Buffer.from('x'))).status, 200)
    assert.deepEqual(asked, ['one', 'two'])
    first.now = 'breaks off'
    const again = clientOf(...urls)
    assert.equal((await again.post('/v1/exchanges', Buffer.from('x'))).status, 200)
    assert.deepEqual(asked, ['one', 'two', 'one', 'two'])
    // And is not held up there again.
    assert.equal((await again.get('/')).status, 200)
    assert.deepEqual(asked.slice(4), ['two'])
  })

  it('goes to the next where a proxy says that edno is away, and not where edno says what a registry did', async () => {
    const [second] = [await edno('two', { now: 'serves' })]
    const away = await edno('one', { now: 'is away behind its proxy' })
    assert.equal((await clientOf(away, second).post('/v1/exchanges', Buffer.from('x'))).status, 200)
    assert.deepEqual(asked, ['one', 'two'])
    assert.equal((await clientOf(away, second).post('/v1/access', Buffer.from('x'))).status, 502)
    const vain = await edno('three', { now: 'asked a registry in vain' })
    assert.equal((await clientOf(vain, second).post('/v1/exchanges', Buffer.from('x'))).status, 502)
    assert.deepEqual(asked.slice(2), ['one', 'three'])
  })

  it('does not wait for one that lets nobody in', async () => {
    const silent = await listening(createSilent((socket) => socket.on('error', () => undefined).resume()))
    const http = clientOf(silent, await edno('two', { now: 'serves' }))
    const begun = Date.now()
    assert.equal((await http.get('/')).status, 200)
    assert.ok(Date.now() - begun < 20_000)
  })

  it('sends what is not the same twice to no second one once it was on its way', async () => {
    const http = clientOf(await edno('one', { now: 'breaks off' }), await edno('two', { now: 'serves' }))
    await assert.rejects(http.post('/v1/access', Buffer.from('x')))
    assert.deepEqual(asked, ['one'])
  })

  it('gives the reply of the one that answered where no other can be reached', async () => {
    const http = clientOf(await edno('one', { now: 'unready' }), await nobody())
    assert.equal((await http.get('/')).status, 503)
  })

  it('tells the network’s error where nobody can be reached', async () => {
    await assert.rejects(clientOf(await nobody(), await nobody()).get('/'), { code: 'ECONNREFUSED' })
  })
})
