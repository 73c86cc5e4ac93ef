import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Config } from '../../../src/config/config.ts'
import { ConfigRefused } from '../../../src/config/config-refused.ts'
import type { EnvironmentVariables } from '../../../src/config/environment.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { findRoot } from '../../../src/config/root.ts'
import { testPki } from '../../support/pki.ts'

const ours = findRoot()

describe('loadConfig', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'edno-config-'))
    mkdirSync(join(root, 'config'))
    mkdirSync(join(root, 'schemas'))
    cpSync(join(ours, 'schemas/config.schema.json'), join(root, 'schemas/config.schema.json'))
    put('config/default.json', {})
  })
  afterEach(() => {
    rmSync(root, { recursive: true })
  })
  const put = (name: string, value: unknown): string => {
    const file = join(root, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
    return file
  }
  const load = (environment: EnvironmentVariables = {}): Config => loadConfig({ root, environment })
  const refusal = (environment: EnvironmentVariables = {}): readonly string[] => {
    try {
      load(environment)
    } catch (error) {
      if (error instanceof ConfigRefused) return error.mistakes
      throw error
    }
    return assert.fail('not refused')
  }
  const keys = {
    tls: { certificateFile: 'tls.crt', keyFile: 'tls.key' },
    seal: { certificateFile: 'seal.crt', keyFile: 'seal.key' },
    clientAuthoritiesFile: 'ca.pem',
    logKeyFile: 'log.key',
    payloadKeyFile: 'payload.key',
  }

  it('has a default for everything that development needs', () => {
    const config = load()
    assert.equal(config.env, 'development')
    const limits = { windowSeconds: 60, perAddress: 600, badPerCertificate: 300, perCertificate: 60_000 }
    assert.deepEqual(config.http, { host: '127.0.0.1', port: 8443, bodyLimitBytes: 1_048_576, limits })
    assert.deepEqual(config.timeWindow, { pastMs: 900_000, futureMs: 120_000 })
    assert.deepEqual(config.retention, { answerHours: 72, classes: {} })
    assert.equal(config.dataDirectory, join(root, '.edno'))
    assert.equal(config.governance.partiesFolder, join(root, 'config/parties'))
    assert.equal(config.databaseUrl, undefined)
  })

  it('lets each later layer win, key by key', () => {
    put('config/default.json', { http: { host: '::1', port: 1 }, logLevel: 'debug' })
    put('config/development.json', { http: { port: 2 }, retention: { answerHours: 1 } })
    const own = put('elsewhere/own.json', { http: { port: 3 }, timeWindow: { pastMs: 5000 } })
    assert.equal(load().http.port, 2)
    const config = load({ EDNO_CONFIG: own, EDNO_LOG_LEVEL: 'warn' })
    const { host, port, bodyLimitBytes } = config.http
    assert.deepEqual([host, port, bodyLimitBytes], ['::1', 3, 1_048_576])
    assert.deepEqual([config.logLevel, config.retention.answerHours, config.timeWindow.pastMs], ['warn', 1, 5000])
    assert.equal(load({ EDNO_CONFIG: own, EDNO_HTTP_PORT: '4' }).http.port, 4)
  })

  it('has no port for metrics but where one is named, each process its own by the variable', () => {
    assert.equal(load().metrics, undefined)
    const own = put('elsewhere/own.json', { metrics: { port: 9464 } })
    assert.deepEqual(load({ EDNO_CONFIG: own }).metrics, { port: 9464 })
    assert.deepEqual(load({ EDNO_CONFIG: own, EDNO_METRICS_PORT: '9465' }).metrics, { port: 9465 })
    assert.throws(() => load({ EDNO_METRICS_PORT: 'x' }), /\/metrics\/port must be integer/)
    const open = put('elsewhere/open.json', { metrics: { port: 9464, host: '0.0.0.0' } })
    assert.throws(() => load({ EDNO_CONFIG: open }), ConfigRefused)
  })

  it('opens a door for a proxy on a socket, or on a port with a secret, and on nothing else', () => {
    const proxy = (http: object) => put('elsewhere/own.json', { http })
    const socket = proxy({ proxy: { socketPath: 'edno.sock' } })
    assert.equal(load({ EDNO_CONFIG: socket }).http.proxy?.socketPath, join(root, 'elsewhere/edno.sock'))
    for (const wrong of [{}, { secretFile: 's' }, { port: 8080 }, { port: 8080, secretFile: 's', host: '0.0.0.0' }])
      assert.match(refusal({ EDNO_CONFIG: proxy({ proxy: wrong }) }).join(), /\/http\/proxy/, JSON.stringify(wrong))
  })

  it('reads files and folders relative to the file that names them', () => {
    put('config/default.json', { dataDirectory: 'data' })
    assert.equal(load().dataDirectory, join(root, 'data'))
    const own = put('elsewhere/own.json', { dataDirectory: 'data' })
    assert.equal(load({ EDNO_CONFIG: own }).dataDirectory, join(root, 'elsewhere/data'))
    assert.equal(load({ EDNO_DATA_DIR: '/srv/edno' }).dataDirectory, '/srv/edno')
  })

  it('tells all mistakes at once, and repeats no value', () => {
    put('config/default.json', { http: { port: 'eighty', prot: 1 }, retention: { answerHours: 0 }, secret: 'hunter2' })
    const mistakes = refusal({ EDNO_HTPP_PORT: 'hunter2' })
    assert.equal(mistakes.length, 5)
    for (const expected of ['/http/port ', '/http/prot ', '/retention/answerHours ', '/secret ', 'EDNO_HTPP_PORT']) {
      assert.ok(
        mistakes.some((mistake) => mistake.includes(expected)),
        expected,
      )
    }
    assert.doesNotMatch(mistakes.join(), /hunter2|eighty/)
  })

  it('takes retention classes by names that a key of months can begin with, and no other time of the standard one', () => {
    const answerHours = 1
    put('config/default.json', { retention: { classes: { long: { answerHours } } } })
    assert.deepEqual(load().retention, { answerHours: 72, classes: { long: { answerHours } } })
    const wrong = { standard: { answerHours }, 'Long/2': { answerHours }, short: { answerHours: 0 } }
    put('config/default.json', { retention: { classes: wrong } })
    const mistakes = refusal().join()
    for (const name of ['standard is not a known', 'Long~12 is not a known', 'short/answerHours must be >= 1'])
      assert.ok(mistakes.includes(`/retention/classes/${name}`), mistakes)
  })

  it('refuses a file that is missing or no JSON object, and an environment it does not know', () => {
    assert.match(refusal({ EDNO_CONFIG: join(root, 'none.json') }).join(), /none\.json: cannot be read \(ENOENT\)/)
    put('config/development.json', '{\n "secret": hunter2\n}')
    assert.match(refusal().join(), /development\.json:2: is not JSON$/)
    put('config/development.json', '{\n')
    assert.match(refusal().join(), /development\.json:2: is not JSON$/)
    put('config/development.json', [])
    assert.match(refusal().join(), /is not a JSON object/)
    assert.match(refusal({ EDNO_ENV: 'staging' }).join(), /development or production/)
  })

  it('is frozen to the bottom', () => {
    const config = load()
    assert.throws(() => Object.assign(config.http, { port: 1 }), TypeError)
    assert.throws(() => Object.assign(config, { env: 'production' }), TypeError)
  })

  it('never prints the address of the database, wherever it comes from', () => {
    const url = 'postgres://edno:hunter2@db/edno'
    put('config/default.json', { databaseUrlFile: put('url', `${url}\n`) })
    const fromFile = load()
    assert.equal(fromFile.databaseUrl?.reveal(), url)
    assert.equal(load({ DATABASE_URL: `${url}2` }).databaseUrl?.reveal(), `${url}2`)
    assert.doesNotMatch(`${JSON.stringify(fromFile)}${inspect(fromFile)}${String(fromFile.databaseUrl)}`, /hunter2/)
    rmSync(join(root, 'url'))
    assert.match(refusal().join(), /databaseUrlFile/)
  })

  it('keeps limits of a registry apart from its address, and lets it have them without one', () => {
    const limits = {
      concurrency: 3,
      plannedDowntime: [{ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', reason: 'р' }],
    }
    put('config/default.json', { registries: { mvr: { limits } } })
    const config = load()
    assert.deepEqual([config.registries, config.registryLimits], [{}, { mvr: limits }])
    put('config/default.json', { registries: { mvr: { url: 'https://mvr.example/' } } })
    assert.match(refusal().join(), /\/registries\/mvr must have required propert/)
    const [window] = limits.plannedDowntime
    put('config/default.json', {
      registries: { mvr: { limits: { plannedDowntime: [{ ...window, to: window?.from }] } } },
    })
    assert.deepEqual(refusal(), ['/registries/mvr/limits/plannedDowntime/0 ends before it begins'])
  })

  it('refuses production without keys, with simulated registries or with the unnamed log', () => {
    put('config/default.json', { simulateRegistries: true })
    assert.deepEqual(
      refusal({ EDNO_ENV: 'production' }).map((mistake) => mistake.split(' ')[0]),
      ['/keys', '/simulateRegistries', '/log/origin', '/access/grantsFrom'],
    )
  })

  it('refuses certificates of the development PKI in production', async () => {
    const pki = await testPki()
    put('config/default.json', { keys, access: { grantsFrom: 'agreements' }, log: { origin: 'edno.example.org/log' } })
    put('seal.crt', (await pki.leaf('edno broker seal, NOT FOR PRODUCTION')).certificate)
    put('tls.crt', (await pki.leaf('edno')).certificate)
    assert.deepEqual(refusal({ EDNO_ENV: 'production' }), [
      '/keys/seal/certificateFile is a certificate of the development PKI',
    ])
    put('seal.crt', (await pki.leaf('edno')).certificate)
    assert.equal(load({ EDNO_ENV: 'production' }).env, 'production')
  })

  const registry = { url: 'https://registry.test/v2?x=@', caFile: 'a', certificateFile: 'b', keyFile: 'c' }
  const inOrder = { keys, access: { grantsFrom: 'agreements' }, log: { origin: 'edno.example.org/log' } }

  for (const url of [
    'http://127.0.0.1:1/',
    'https://edno:hunter2@registry.test/',
    'https://edno:hunter2\\@registry.test',
  ])
    it(`refuses ${url.replace('hunter2', '…')} for a registry, and does not repeat it`, () => {
      put('config/default.json', { registries: { 'civil-registry': { ...registry, url } } })
      assert.match(refusal().join(), /\/registries\/civil-registry\/url must match pattern/)
      assert.doesNotMatch(refusal().join(), /hunter2/)
    })

  it('lets a registry have any other HTTPS address', () => {
    for (const url of [registry.url, 'https://[::1]:8443', 'https://registry.test:1/a@b#c']) {
      put('config/default.json', { registries: { 'civil-registry': { ...registry, url } } })
      assert.equal(load().registries['civil-registry']?.url, url)
    }
  })

  it('takes stamps of the log only where there is an authority to ask', () => {
    put('config/default.json', { log: { stamps: {} } })
    assert.deepEqual(refusal(), ['/log/stamps takes an authority: say in /timeStamps which'])
    put('config/default.json', { log: { stamps: {} }, timeStamps: { url: 'http://tsa.test/' } })
    assert.deepEqual(load().log.stamps, {})
  })

  it('takes a witness by name, address and vkey, and nothing that looks otherwise', () => {
    const witness = { name: 'audit', url: 'https://w.test/p', vkey: `w.test/1+00112233+${'B'.repeat(44)}` }
    put('config/default.json', { log: { witnesses: [witness], witnessesCaFile: 'ca.pem' } })
    assert.deepEqual(load().log.witnesses, [witness])
    assert.equal(load().log.witnessesCaFile, join(root, 'ca.pem'))
    for (const wrong of [{ name: 'a b' }, { url: 'ftp://w.test' }, { url: 'https://u:p@w.test' }, { vkey: 'x' }]) {
      put('config/default.json', { log: { witnesses: [{ ...witness, ...wrong }] } })
      assert.match(refusal().join(), new RegExp(`/log/witnesses/0/${Object.keys(wrong).join('')} must match pattern`))
    }
  })

  it('lets nobody but the owner of a registry open it in production', () => {
    put('config/default.json', { ...inOrder, access: { grantsFrom: 'files-and-agreements' } })
    assert.match(refusal({ EDNO_ENV: 'production' }).join(), /^\/access\/grantsFrom must be agreements/)
    assert.equal(load().access.grantsFrom, 'files-and-agreements')
    put('config/default.json', { ...inOrder, access: { grantsFrom: 'files' } })
    assert.match(refusal().join(), /\/access\/grantsFrom/)
  })

  for (const EDNO_ENV of ['development', 'production'])
    it(`refuses to start with the checks of certificates switched off in ${EDNO_ENV}`, () => {
      put('config/default.json', inOrder)
      for (const value of ['0', 'false', ''])
        assert.match(refusal({ EDNO_ENV, NODE_TLS_REJECT_UNAUTHORIZED: value }).join(), /NODE_TLS_REJECT_UNAUTHORIZED/)
      assert.equal(load({ EDNO_ENV, NODE_TLS_REJECT_UNAUTHORIZED: '1' }).env, EDNO_ENV)
    })

  it('refuses authorities without a certificate, in development too', () => {
    put('config/default.json', { keys, registries: { mvr: registry, av: { ...registry, caFile: '/dev/null' } } })
    put('a', 'no certificate')
    put('ca.pem', '')
    assert.deepEqual(
      refusal().map((mistake) => mistake.split(' ')[0]),
      ['/keys/clientAuthoritiesFile', '/registries/mvr/caFile', '/registries/av/caFile'],
    )
    assert.match(refusal().join(), /\/av\/caFile \(\/dev\/null\) holds no certificate in PEM/)
  })

  it('refuses private keys that others may read in production, and says what to run', () => {
    put('config/default.json', {
      ...{ ...inOrder, keys: { ...keys, nextSeal: { certificateFile: 'next.crt', keyFile: 'next.key' } } },
      ...{ registries: { mvr: registry }, databaseUrlFile: 'url', queue: { redisUrlFile: 'redis' } },
      http: { proxy: { port: 8080, secretFile: 'proxy' } },
    })
    const files = ['tls.key', 'seal.key', 'next.key', 'log.key', 'payload.key', 'c', 'url', 'redis', 'proxy']
    for (const file of files)
      chmodSync(put(file, file === 'redis' ? 'rediss://redis.test' : 'postgres://localhost/edno'), 0o640)
    const mistakes = refusal({ EDNO_ENV: 'production' })
    assert.deepEqual(
      mistakes.map((mistake) => mistake.replace(/^.*chmod 600 /, '')),
      files.map((file) => join(root, file)),
    )
    assert.equal(load().env, 'development')
    for (const file of files) chmodSync(join(root, file), 0o400)
    assert.equal(load({ EDNO_ENV: 'production' }).env, 'production')
  })

  it('refuses a Redis on another machine without TLS in production, and does not repeat its address', () => {
    put('config/default.json', inOrder)
    const REDIS_URL = 'redis://:hunter2@redis.test:6379'
    assert.match(refusal({ EDNO_ENV: 'production', REDIS_URL }).join(), /must begin with rediss:/)
    assert.doesNotMatch(refusal({ EDNO_ENV: 'production', REDIS_URL }).join(), /hunter2|redis\.test/)
    assert.equal(load({ REDIS_URL }).redisUrl?.reveal(), REDIS_URL)
    const secure = 'rediss://:hunter2@redis.test:6379'
    assert.equal(load({ EDNO_ENV: 'production', REDIS_URL: secure }).redisUrl?.reveal(), secure)
    assert.match(refusal({ REDIS_URL: 'http://:hunter2@redis.test' }).join(), /^REDIS_URL is no address/)
  })

  it('refuses an operational log in production that withholds errors', () => {
    put('config/default.json', inOrder)
    for (const EDNO_LOG_LEVEL of ['silent', 'fatal']) {
      assert.match(refusal({ EDNO_ENV: 'production', EDNO_LOG_LEVEL }).join(), /^\/logLevel .* at least error$/)
      assert.equal(load({ EDNO_LOG_LEVEL }).logLevel, EDNO_LOG_LEVEL)
    }
    assert.equal(load({ EDNO_ENV: 'production', EDNO_LOG_LEVEL: 'error' }).logLevel, 'error')
  })

  it('refuses a database on another machine without TLS in production, and does not repeat its address', () => {
    put('config/default.json', inOrder)
    const DATABASE_URL = 'postgres://edno:hunter2@db.test/edno'
    assert.match(refusal({ EDNO_ENV: 'production', DATABASE_URL }).join(), /must carry sslmode/)
    assert.doesNotMatch(refusal({ EDNO_ENV: 'production', DATABASE_URL }).join(), /hunter2|db\.test/)
    const secure = `${DATABASE_URL}?sslmode=verify-full`
    assert.equal(load({ EDNO_ENV: 'production', DATABASE_URL: secure }).databaseUrl?.reveal(), secure)
    assert.equal(load({ DATABASE_URL }).databaseUrl?.reveal(), DATABASE_URL)
  })

  it('accepts the files that edno ships, the production example included', () => {
    assert.equal(loadConfig({ root: ours, environment: {} }).simulateRegistries, true)
    writeFileSync(join(root, 'url'), 'postgres://', { mode: 0o600 })
    const example = JSON.parse(readFileSync(join(ours, 'config/production.example.json'), 'utf8')) as object
    const own = put('own.json', { ...example, databaseUrlFile: 'url' })
    const config = loadConfig({ root: ours, environment: { EDNO_ENV: 'production', EDNO_CONFIG: own } })
    assert.equal(config.registries['civil-registry']?.caFile, '/etc/edno/regix-ca.pem')
  })

  it('has a sentence for every key', () => {
    const schema = JSON.parse(readFileSync(join(ours, 'schemas/config.schema.json'), 'utf8')) as Record<string, unknown>
    const judge = (place: string, value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      const node = value as Record<string, unknown>
      for (const [key, property] of Object.entries((node['properties'] as object | undefined) ?? {})) {
        assert.match(String((property as Record<string, unknown>)['description']), /\.$/, `${place}/${key}`)
        judge(`${place}/${key}`, property)
      }
    }
    judge('', schema)
  })
})
