import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as askPlain } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { call, keysOf } from '../support/caller.ts'
import { hasNginx, type Nginx, startNginx } from '../support/nginx.ts'
import { testPki } from '../support/pki.ts'

const SECRET = 'a secret of the proxy that is long enough'
/** Known to nobody: whoever is identified is told so, whoever is not is told that. */
const MISSING = '/v1/exchanges/0195f2c0-0000-7000-8000-0000000000ff'

type Headers = Record<string, string | string[]>

describe('client certificates behind a proxy', function () {
  this.timeout(180_000)
  let folder: string
  let bySocket: TestApp
  let bySecret: TestApp
  let socketPath: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edno-proxy-'))
    socketPath = join(folder, 'edno.sock')
    const secretFile = join(folder, 'proxy-secret')
    writeFileSync(secretFile, `${SECRET}\n`)
    bySocket = await testApp({ http: { proxy: { socketPath } } })
    bySecret = await testApp({ http: { proxy: { port: 0, secretFile } } })
  })
  after(async () => {
    await bySocket.close()
    await bySecret.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const escaped = (party: string, edno: TestApp): string => encodeURIComponent(keysOf(edno, party).tls.certificate)
  const told = (party: string, edno: TestApp): Headers => ({
    'X-Client-Verify': 'SUCCESS',
    'X-Client-Cert': escaped(party, edno),
  })
  const plain = (where: object, headers: Headers, body?: Uint8Array): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const options = body === undefined ? { path: MISSING } : { path: '/v1/exchanges', method: 'POST' }
      const type = body === undefined ? {} : { 'Content-Type': 'application/xml' }
      const asked = askPlain({ ...where, ...options, headers: { ...headers, ...type } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  const codeOf = async (where: object, headers: Headers): Promise<string> =>
    (JSON.parse((await plain(where, headers)).text) as { code: string }).code
  const onSocket = (headers: Headers): Promise<string> => codeOf({ socketPath }, headers)
  const onPort = (headers: Headers): Promise<string> =>
    codeOf({ host: '127.0.0.1', port: bySecret.app.proxyPort }, headers)
  const taxi = (edno: TestApp): Uint8Array => {
    const scenario = scenarioNamed(scenariosOf(edno.config), 'taxi')
    return signedBytes(applicationOf(scenario, [], new Date()), keysOf(edno, 'troyan').seal, false)
  }

  it('are believed on the Unix socket: a whole exchange', async () => {
    const { status, text } = await plain({ socketPath }, told('troyan', bySocket), taxi(bySocket))
    assert.equal(status, 200, text)
    assert.match(text, /<Status>complete<\/Status>/)
  })

  it('are pinned exactly like those of a connection', async () => {
    assert.equal(await onSocket(told('troyan', bySocket)), 'exchange.unknown')
    const stranger = await (await testPki()).leaf('nobody', { use: 'client' })
    const headers = { 'X-Client-Verify': 'SUCCESS', 'X-Client-Cert': encodeURIComponent(stranger.certificate) }
    assert.equal(await onSocket(headers), 'access.unknown-party')
    assert.equal(await onSocket({ ...headers, 'X-Client-Cert': escaped('troyan', bySecret) }), 'access.unknown-party')
    const { body } = { body: taxi(bySocket) }
    const other = await plain({ socketPath }, told('lovech', bySocket), body)
    assert.equal((JSON.parse(other.text) as { code: string }).code, 'signature.party-mismatch')
  })

  const unproven: readonly (readonly [string, () => Headers])[] = [
    ['no headers', () => ({})],
    ['no certificate', () => ({ 'X-Client-Verify': 'SUCCESS' })],
    ['no word on its verification', () => ({ 'X-Client-Cert': escaped('troyan', bySocket) })],
    ['a failed verification', () => ({ ...told('troyan', bySocket), 'X-Client-Verify': 'FAILED:expired' })],
    ['NONE', () => ({ ...told('troyan', bySocket), 'X-Client-Verify': 'NONE' })],
    ['another case', () => ({ ...told('troyan', bySocket), 'X-Client-Verify': 'success' })],
    ['two words on its verification', () => ({ ...told('troyan', bySocket), 'X-Client-Verify': ['SUCCESS', 'NONE'] })],
    [
      'two certificates',
      () => ({
        ...told('troyan', bySocket),
        'X-Client-Cert': [escaped('troyan', bySocket), escaped('lovech', bySocket)],
      }),
    ],
    ['nonsense', () => ({ ...told('troyan', bySocket), 'X-Client-Cert': '%2D%2D%ZZ' })],
    ['a chain', () => ({ ...told('troyan', bySocket), 'X-Client-Cert': escaped('troyan', bySocket).repeat(2) })],
  ]
  for (const [title, headers] of unproven)
    it(`prove nothing with ${title}`, async () => assert.equal(await onSocket(headers()), 'access.unauthenticated'))

  it('are believed on the loopback port with the secret, and only then', async () => {
    const headers = told('troyan', bySecret)
    assert.equal(await onPort({ ...headers, 'Edno-Proxy-Secret': SECRET }), 'exchange.unknown')
    for (const secret of ['', 'wrong', `${SECRET}x`, SECRET.toUpperCase()])
      assert.equal(await onPort({ ...headers, 'Edno-Proxy-Secret': secret }), 'access.unauthenticated')
    assert.equal(await onPort(headers), 'access.unauthenticated')
    assert.equal(await onPort({ ...headers, 'Edno-Proxy-Secret': [SECRET, SECRET] }), 'access.unauthenticated')
  })

  it('are ignored on the front door, whatever the headers say and whether or not the secret is known', async () => {
    for (const edno of [bySocket, bySecret]) {
      const headers = { ...told('troyan', edno), 'Edno-Proxy-Secret': SECRET } as Record<string, string>
      const forged = { method: 'GET', path: MISSING, headers } as const
      assert.equal((await call(edno, forged)).code, 'access.unauthenticated')
      const body = taxi(edno)
      assert.equal((await call(edno, { headers, body })).code, 'access.unauthenticated')
      const lovech = keysOf(edno, 'lovech').tls
      assert.equal((await call(edno, { headers, body, tls: lovech })).code, 'signature.party-mismatch')
    }
  })

  describe('that is a real nginx', () => {
    const proxies: Nginx[] = []
    before(async function () {
      if (!hasNginx()) {
        process.stdout.write('      nginx is not installed: its tests are skipped\n')
        this.skip()
      }
      const start = (edno: TestApp, upstream: string, secret?: string): Promise<Nginx> =>
        startNginx({
          ...edno.app.keys.files.tls,
          clientAuthoritiesFile: edno.app.keys.files.clientAuthoritiesFile,
          upstream,
          ...(secret === undefined ? {} : { secret }),
        })
      proxies.push(await start(bySocket, `http://unix:${socketPath}:`))
      proxies.push(await start(bySecret, `http://127.0.0.1:${bySecret.app.proxyPort}`, SECRET))
      proxies.push(await start(bySecret, `http://127.0.0.1:${bySecret.app.proxyPort}`, 'not the secret of this edno'))
    })
    after(() => Promise.all(proxies.map((proxy) => proxy.close())))

    const through = (proxy: number, edno: TestApp) => ({ app: { ...edno.app, url: proxies[proxy]!.url } }) as TestApp
    const ways = (): readonly (readonly [TestApp, TestApp])[] => [
      [through(0, bySocket), bySocket],
      [through(1, bySecret), bySecret],
    ]

    it('lets a party do a whole exchange, over the socket and over the port', async () => {
      for (const [proxied, edno] of ways()) {
        const answered = await call(proxied, { body: taxi(edno), tls: keysOf(edno, 'troyan').tls })
        assert.equal(answered.status, 200, answered.body.toString())
      }
    })

    it('writes over what a client forges', async () => {
      for (const [proxied, edno] of ways()) {
        const headers = { ...told('troyan', edno), 'Edno-Proxy-Secret': SECRET } as Record<string, string>
        assert.equal((await call(proxied, { body: taxi(edno), headers })).code, 'access.unauthenticated')
        const tls = keysOf(edno, 'lovech').tls
        assert.equal((await call(proxied, { body: taxi(edno), headers, tls })).code, 'signature.party-mismatch')
      }
    })

    it('is not believed without the secret', async () => {
      const tls = keysOf(bySecret, 'troyan').tls
      const proxied = through(2, bySecret)
      assert.equal((await call(proxied, { method: 'GET', path: MISSING, tls })).code, 'access.unauthenticated')
    })
  })
})
