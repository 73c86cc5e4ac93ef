import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { addressJudge } from '../../src/callbacks/addresses.ts'
import { callbackUrl } from '../../src/callbacks/callback-url.ts'
import type { Resolve } from '../../src/callbacks/guarded-lookup.ts'
import { callbackPoster, type PostCallback, type PostOptions } from '../../src/callbacks/post-callback.ts'
import { findRoot } from '../../src/config/root.ts'
import { compileSchema } from '../../src/schema/compile-schema.ts'
import { testPki, type TestLeaf, type TestPki } from '../support/pki.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** No address of these may be connected to by a callback: this machine, its neighbours, the cloud around it, nowhere. */
const CLOSED_ADDRESSES = {
  'this machine': ['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::'],
  'private networks': ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  'the link': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', '2a00:1450:4001::1%eth0', 'febf::1'],
  'metadata services': ['169.254.169.254', '169.254.170.2', '100.100.100.200', 'fd00:ec2::254', '168.63.129.16%1'],
  'many at once': ['224.0.0.1', '239.255.255.250', '255.255.255.255', 'ff02::1', 'ff0e::1'],
  'what is reserved': [
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    '192.88.99.1',
  ],
  'IPv4 within IPv6': [
    '::ffff:127.0.0.1',
    '::FFFF:10.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  ],
  'IPv6 that nobody has': ['100::1', '2001:db8::1', '3fff::1', '4000::1', '5f00::1', 'fec0::1'],
  'what is no address': ['', 'localhost', '127.1', '0x7f.1', '2130706433', '017700000001', '1.2.3.4.5', '::g'],
}

describe('addresses that callbacks may not go to', () => {
  const judge = addressJudge([])
  for (const [name, addresses] of Object.entries(CLOSED_ADDRESSES))
    for (const address of addresses) it(`${name}: ${address || '(nothing)'}`, () => assert.equal(judge(address), false))

  it('are the exception: the public internet is open', () => {
    for (const address of [
      '1.1.1.1',
      '9.255.255.255',
      '172.32.0.1',
      '100.128.0.1',
      '2a00:1450:4001::1',
      '::ffff:1.1.1.1',
    ])
      assert.equal(judge(address), true, address)
  })

  it('are open where an operator names their network, and nothing beside it', () => {
    const named = addressJudge(['10.20.0.0/16', '::1/128'])
    for (const address of ['10.20.0.1', '::1', '::ffff:10.20.255.255']) assert.equal(named(address), true, address)
    for (const address of ['10.21.0.1', '127.0.0.1', '::2', 'fe80::1']) assert.equal(named(address), false, address)
  })
})

const CLOSED_URLS = [
  'http://consumer.example/callbacks',
  'https://user@consumer.example/',
  'https://user:secret@consumer.example/',
  'https://consumer.example@127.0.0.1/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://2130706433/',
  'https://[::1]/',
  'https://[::ffff:169.254.169.254]/',
  'https://consumer.example:22/',
  'https://consumer.example:25/',
  'https://consumer.example:0/',
  'https://consumer.example:99999/',
  'https://consumer.example/#fragment',
  'https://consumer.example\\@127.0.0.1/',
  'https://consumer.example/ x',
  'https://ｌocalhost/',
  'https://consumer.example./',
  'https://',
  'ftp://consumer.example/',
  'file:///etc/passwd',
  'gopher://consumer.example:1024/',
  '//consumer.example/',
  `https://consumer.example/${'a'.repeat(2000)}`,
]
const OPEN_URLS = [
  'https://consumer.example/callbacks',
  'https://consumer.example',
  'https://a.b-c.example:8443/x?y=z',
  'https://localhost:50000/',
]

describe('addresses that a party cannot register', () => {
  const judge = compileSchema(pathToFileURL(join(findRoot(), 'schemas', 'party.v1.schema.json')))
  const party = (url: string): object => ({
    id: 'troyan',
    role: 'consumer',
    name: { bg: 'Троян', en: 'Troyan' },
    state: 'active',
    certificates: { tls: [], seal: [] },
    callbacks: { url },
  })
  for (const url of CLOSED_URLS)
    it(`neither in its file nor at the time of sending: ${url.slice(0, 60)}`, () => {
      assert.notDeepEqual(judge(party(url)), [])
      assert.equal(callbackUrl(url), undefined)
    })

  it('are the exception', () => {
    for (const url of OPEN_URLS) {
      assert.deepEqual(judge(party(url)), [], url)
      assert.notEqual(callbackUrl(url), undefined, url)
    }
  })
})

describe('a callback on its way', function () {
  this.timeout(180_000)
  let pki: TestPki
  let tls: TestLeaf
  const opened: Receiver[] = []
  before(async () => {
    pki = await testPki()
    tls = await pki.leaf('receiver', { use: 'server', hosts: ['consumer.example'] })
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((receiver) => receiver.close()))
  })

  const open = async (...wish: Parameters<typeof startReceiver> extends [unknown, ...infer Rest] ? Rest : never) => {
    const receiver = await startReceiver(tls, ...wish)
    opened.push(receiver)
    return receiver
  }
  const loopback = addressJudge(['127.0.0.0/8'])
  const to =
    (...addresses: string[]): Resolve =>
    () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  const poster = (options: Partial<PostOptions> = {}): PostCallback =>
    callbackPoster({ judge: loopback, timeoutMs: 20_000, ca: [pki.ca], resolve: to('127.0.0.1'), ...options })
  const urlOf = ({ port }: Receiver): string => `https://consumer.example:${port}/callbacks`
  const failed = (fault: string) => ({ kind: 'failed', fault })

  it('arrives where the name leads to a public address, or to one that the operator named', async () => {
    const receiver = await open()
    assert.deepEqual(await poster()(urlOf(receiver), { 'webhook-id': 'msg_1' }, '{}'), { kind: 'delivered' })
    assert.equal(receiver.received[0]?.headers['webhook-id'], 'msg_1')
    assert.equal(receiver.received[0].headers['content-type'], 'application/json')
  })

  const RESOLVED = {
    'the only address of the name is closed': ['127.0.0.1'],
    'one of its addresses is closed': ['1.1.1.1', '127.0.0.1'],
    'it is IPv4 within IPv6': ['::ffff:127.0.0.1'],
    'it is the metadata service': ['169.254.169.254'],
    'there is none': [],
  }
  for (const [name, addresses] of Object.entries(RESOLVED))
    it(`opens no connection where ${name}`, async () => {
      const receiver = await open()
      const post = poster({ judge: addressJudge([]), resolve: to(...addresses) })
      assert.deepEqual(await post(urlOf(receiver), {}, '{}'), failed('address'))
      assert.equal(receiver.connections(), 0)
    })

  it('is not led elsewhere by a name that changes between look and connection: there is one look', async () => {
    const receiver = await open()
    let looks = 0
    const resolve: Resolve = () => {
      looks += 1
      return Promise.resolve([{ address: looks === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }])
    }
    assert.equal((await poster({ resolve })(urlOf(receiver), {}, '{}')).kind, 'delivered')
    assert.equal(looks, 1)
  })

  it('sends nothing over a connection that leads elsewhere all the same', async () => {
    const receiver = await open()
    let asked = 0
    // As if the way to the address were bent below the look-up: what was judged open is closed once it is connected.
    const judge = (): boolean => (asked += 1) === 1
    assert.deepEqual(await poster({ judge })(urlOf(receiver), {}, '{}'), failed('address'))
    assert.equal(receiver.received.length, 0)
  })

  for (const status of [301, 302, 303, 307, 308])
    it(`follows no redirect: ${status}`, async () => {
      const target = await open()
      const receiver = await open((_, response) => void response.writeHead(status, { Location: urlOf(target) }).end())
      assert.deepEqual(await poster()(urlOf(receiver), {}, '{}'), failed(`status ${status}`))
      assert.equal(target.connections(), 0)
    })

  it('believes no proxy of the environment', async () => {
    const [receiver, proxy] = [await open(), await open()]
    process.env['HTTPS_PROXY'] = `https://consumer.example:${proxy.port}`
    try {
      assert.equal((await poster()(urlOf(receiver), {}, '{}')).kind, 'delivered')
      assert.equal(proxy.connections(), 0)
    } finally {
      delete process.env['HTTPS_PROXY']
    }
  })

  it('is over when its time is, however slowly the receiver drips its headers', async () => {
    const receiver = await open((request) => {
      let written = 0
      const drip = setInterval(() => {
        written += 1
        if (written > 3000 || request.socket.destroyed) clearInterval(drip)
        else request.socket.write(written === 1 ? 'HTTP/1.1 200 OK\r\n' : `X-${written}: drip\r\n`)
      }, 20)
    })
    const began = performance.now()
    assert.deepEqual(await poster({ timeoutMs: 400 })(urlOf(receiver), {}, '{}'), failed('timeout'))
    assert.ok(performance.now() - began < 30_000)
  })

  it('reads no body: one without end costs nothing', async () => {
    let sent = 0
    const receiver = await open((_, response) => {
      response.writeHead(200)
      const more = (): void => {
        if (response.destroyed || sent > 50_000_000) return
        sent += 65_536
        if (response.write(Buffer.alloc(65_536))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    assert.deepEqual(await poster()(urlOf(receiver), {}, '{}'), { kind: 'delivered' })
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.ok(sent < 20_000_000, `${sent} octets were taken`)
  })

  it('is not sent to a receiver whose certificate is another name’s, ended, or of an authority nobody knows', async () => {
    const wish = { use: 'server', hosts: ['consumer.example'] } as const
    const wrong = {
      ERR_TLS_CERT_ALTNAME_INVALID: await pki.leaf('other', { use: 'server', hosts: ['other.example'] }),
      CERT_HAS_EXPIRED: await pki.expired('receiver', wish),
      UNABLE_TO_VERIFY_LEAF_SIGNATURE: await pki.stranger('receiver', wish),
    }
    for (const [fault, leaf] of Object.entries(wrong)) {
      const receiver = await startReceiver(leaf)
      opened.push(receiver)
      assert.deepEqual(await poster()(urlOf(receiver), {}, '{}'), failed(fault))
      assert.equal(receiver.received.length, 0)
    }
  })

  it('tells only whether it was taken: 410 for good, Retry-After in both forms, at most a day', async () => {
    const later = new Date(Date.now() + 100_000).toUTCString()
    const told: [number, Record<string, string>, object][] = [
      [200, {}, { kind: 'delivered' }],
      [410, {}, { kind: 'gone' }],
      [503, { 'Retry-After': '120' }, { ...failed('status 503'), retryAfterSeconds: 120 }],
      [503, { 'Retry-After': '99999999' }, { ...failed('status 503'), retryAfterSeconds: 86_400 }],
      [503, { 'Retry-After': 'soon' }, failed('status 503')],
      [404, {}, failed('status 404')],
    ]
    for (const [status, headers, expected] of told) {
      const receiver = await open((_, response) => void response.writeHead(status, headers).end('8427029967'))
      assert.deepEqual(await poster()(urlOf(receiver), {}, '{}'), expected)
    }
    const receiver = await open((_, response) => void response.writeHead(503, { 'Retry-After': later }).end())
    const posted = await poster()(urlOf(receiver), {}, '{}')
    assert.ok(posted.kind === 'failed' && (posted.retryAfterSeconds ?? 0) > 90)
  })
})
