import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DevelopmentPki, ensureDevelopmentPki } from '../../src/pki/development-pki.ts'
import { testPki } from '../support/pki.ts'
import { edno, type Ended } from '../support/processes.ts'

const REGISTRY = 'vehicle-register'

/** What an operator is told of the files by which edno proves itself: where they are named, and never what they hold. */
describe("a mistake in edno's own key files", function () {
  this.timeout(180_000)
  let folder = ''
  let pki: DevelopmentPki
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edno-own-keys-'))
    pki = await ensureDevelopmentPki({ folder: join(folder, 'pki'), parties: [], now: new Date() })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const run = (config: object, verb: readonly string[]): Promise<Ended> => {
    const EDNO_CONFIG = file('config.json', JSON.stringify(config, undefined, 2))
    return edno(verb, { EDNO_DATA_DIR: folder, EDNO_CONFIG, EDNO_HTTP_PORT: '0' })
  }
  const keys = (): Record<string, unknown> => {
    const { tls, seal, logKeyFile, payloadKeyFile } = pki.broker
    return { tls, seal, logKeyFile, payloadKeyFile, clientAuthoritiesFile: pki.caFile }
  }
  /** `FILE:LINE: ` of the setting that begins with this text. */
  const at = (text: string): string => {
    const path = join(folder, 'config.json')
    const lines = readFileSync(path, 'utf8').split('\n')
    return `${path}:${lines.findIndex((line) => line.includes(text)) + 1}: `
  }

  it('is told with file and line of the setting, all at once, by config check and at the start', async () => {
    const { tls, seal, logKeyFile } = pki.broker
    const junk = file('junk.pem', 'hunter2')
    const none = join(folder, 'none.pem')
    const config = {
      keys: {
        ...keys(),
        tls: { certificateFile: junk, keyFile: none },
        seal: { certificateFile: seal.certificateFile, keyFile: logKeyFile },
        nextSeal: { keyFile: tls.keyFile, certificateFile: tls.certificateFile.replace('tls', 'seal') },
        logKeyFile: tls.keyFile,
        payloadKeyFile: junk,
      },
    }
    const [check, json, serve] = [
      await run(config, ['config', 'check']),
      await run(config, ['config', 'check', '--json']),
      await run(config, ['serve']),
    ]
    const told = [
      `${at(junk)}/keys/tls/certificateFile (${junk}) is not a certificate in PEM`,
      `${at(none)}/keys/tls/keyFile (${none}) cannot be read (ENOENT)`,
      `${at(`"keyFile": "${logKeyFile}"`)}/keys/seal/keyFile (${logKeyFile}) is neither RSA of 2048 bits or more nor P-256`,
      `${at(`"keyFile": "${tls.keyFile}"`)}/keys/nextSeal/keyFile (${tls.keyFile}) does not belong to the certificate of /keys/nextSeal/certificateFile`,
      `${at('"logKeyFile"')}/keys/logKeyFile (${tls.keyFile}) is not an Ed25519 key`,
      `${at('"payloadKeyFile"')}/keys/payloadKeyFile (${junk}) is not 32 bytes in 64 hex digits`,
    ]
    assert.deepEqual([check.status, check.stderr], [1, ''])
    const said = check.stdout.trim().split('\n')
    assert.deepEqual(
      said.filter((line) => !line.startsWith('warning: ')),
      [...told, '6 mistakes'],
    )
    const { mistakes } = JSON.parse(json.stdout) as { mistakes: { file: string; line: number; message: string }[] }
    assert.deepEqual(
      mistakes.map((mistake) => `${mistake.file}:${mistake.line}: ${mistake.message}`),
      told,
    )
    assert.deepEqual([serve.status, serve.stdout], [1, ''])
    for (const mistake of told) assert.ok(serve.stderr.includes(mistake), `${mistake}\nis not in\n${serve.stderr}`)
    assert.doesNotMatch(check.stdout + serve.stderr, /hunter2|PRIVATE KEY/)
  })

  it('is told so of its keys for registries and of the secret of the proxy, beside other mistakes', async () => {
    const { client } = pki.broker
    const short = file('short', 'hunter2')
    const config = {
      http: { proxy: { port: 8080, secretFile: short } },
      registries: {
        [REGISTRY]: {
          url: 'https://127.0.0.1:1/',
          caFile: pki.caFile,
          certificateFile: client.certificateFile,
          keyFile: pki.broker.tls.keyFile,
        },
      },
      governance: { servicesFolder: join(folder, 'no-services') },
    }
    const { status, stdout } = await run(config, ['config', 'check'])
    assert.equal(status, 1)
    const lines = stdout.trim().split('\n')
    assert.deepEqual(lines.slice(0, 2), [
      `${at('"secretFile"')}/http/proxy/secretFile (${short}) is shorter than 32 characters`,
      `${at('"keyFile"')}/registries/${REGISTRY}/keyFile (${pki.broker.tls.keyFile}) does not belong to the certificate of /registries/${REGISTRY}/certificateFile`,
    ])
    assert.match(stdout, /grants\/troyan-taxi-permit\.yaml:\d+: the service taxi-permit@1 does not exist\n/)
  })

  it('is no mistake where a certificate has ended: a warning names the place', async () => {
    const day = 86_400_000
    const past = { notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) }
    const ended = await (await testPki()).leaf('old seal', { use: 'seal', ...past })
    const seal = { certificateFile: file('old.crt', ended.certificate), keyFile: file('old.key', ended.key) }
    const { status, stdout } = await run({ keys: { ...keys(), seal } }, ['config', 'check'])
    assert.equal(status, 0, stdout)
    const place = `${at(seal.certificateFile)}/keys/seal/certificateFile (edno seal): ended `
    assert.ok(stdout.includes(`warning: ${place}`), `${place}\nis not in\n${stdout}`)
    assert.match(stdout, /no mistakes\n$/)
  })
})
