import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { after, before, describe, it } from 'mocha'
import type { BrokerKeyFiles } from '../../../src/config/config.ts'
import { ConfigRefused } from '../../../src/config/config-refused.ts'
import { readProxySecret, readSecrets } from '../../../src/config/read-secrets.ts'
import { type DevelopmentPki, ensureDevelopmentPki } from '../../../src/pki/development-pki.ts'

describe('readSecrets', () => {
  let folder = ''
  let pki: DevelopmentPki
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edno-secrets-'))
    pki = await ensureDevelopmentPki({ folder: join(folder, 'pki'), parties: [], now: new Date() })
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const refusal = (files: BrokerKeyFiles): string => {
    try {
      readSecrets(files)
    } catch (error) {
      if (error instanceof ConfigRefused) return error.message
    }
    return assert.fail('not refused')
  }

  it('reads the keys of the development PKI, and prints none of them', () => {
    const secrets = readSecrets(pki.broker)
    assert.match(secrets.seal.key.reveal(), /PRIVATE KEY/)
    assert.equal(secrets.payloadKey.reveal().length, 32)
    assert.doesNotMatch(`${JSON.stringify(secrets)}${inspect(secrets, { depth: 9 })}`, /PRIVATE KEY/)
  })

  it('refuses a key that belongs to another certificate, of another kind or of another length', () => {
    const short = join(folder, 'short.key')
    writeFileSync(short, Buffer.alloc(31).toString('hex'))
    const message = refusal({
      ...pki.broker,
      seal: { certificateFile: pki.broker.seal.certificateFile, keyFile: pki.broker.tls.keyFile },
      logKeyFile: pki.broker.tls.keyFile,
      payloadKeyFile: short,
    })
    const { keyFile } = pki.broker.tls
    for (const mistake of [
      `/keys/seal/keyFile (${keyFile}) does not belong to the certificate of /keys/seal/certificateFile`,
      `/keys/logKeyFile (${keyFile}) is not an Ed25519 key`,
      `/keys/payloadKeyFile (${short}) is not 32 bytes in 64 hex digits`,
    ])
      assert.ok(message.includes(mistake), message)
  })

  it('refuses a seal by which no answer can be signed, and says so once', () => {
    const { logKeyFile } = pki.broker
    const seal = { certificateFile: pki.broker.seal.certificateFile, keyFile: logKeyFile }
    const message = refusal({ ...pki.broker, seal, nextSeal: seal })
    for (const name of ['seal', 'nextSeal'])
      assert.ok(message.includes(`/keys/${name}/keyFile (${logKeyFile}) is neither RSA of 2048 bits or more nor P-256`))
    assert.equal(message.split('\n').length - 1, 2)
  })

  it('refuses client authorities that name nobody, and whatever file is empty', () => {
    const empty = join(folder, 'empty')
    writeFileSync(empty, '\n')
    const clientAuthoritiesFile = pki.broker.tls.keyFile
    assert.match(
      refusal({ ...pki.broker, clientAuthoritiesFile }),
      /\/keys\/clientAuthoritiesFile \(.*\) holds no certificate in PEM/,
    )
    const all = refusal({
      tls: { certificateFile: empty, keyFile: empty },
      seal: { certificateFile: empty, keyFile: empty },
      clientAuthoritiesFile: '/dev/null',
      logKeyFile: empty,
      payloadKeyFile: empty,
    })
    assert.equal(all.match(/ is empty$/gm)?.length, 7)
  })

  it('refuses a payload key with anything behind its digits', () => {
    const payloadKeyFile = join(folder, 'long.key')
    writeFileSync(payloadKeyFile, `${Buffer.alloc(32).toString('hex')} and more`)
    assert.match(refusal({ ...pki.broker, payloadKeyFile }), /payloadKeyFile \(.*\) is not 32 bytes/)
  })

  it('names every missing or broken file at once, without its contents', () => {
    const broken = join(folder, 'broken.pem')
    writeFileSync(broken, 'hunter2')
    const message = refusal({
      ...pki.broker,
      tls: { certificateFile: broken, keyFile: pki.broker.tls.keyFile },
      seal: { certificateFile: pki.broker.seal.certificateFile, keyFile: broken },
      logKeyFile: join(folder, 'none'),
      clientAuthoritiesFile: join(folder, 'none'),
    })
    assert.equal(message.split('\n').length - 1, 4)
    assert.doesNotMatch(message, /hunter2/)
  })
})

describe('readProxySecret', () => {
  it('reads a secret that does not print, and refuses a short or a missing one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-secrets-'))
    try {
      const [long, short] = [join(folder, 'long'), join(folder, 'short')]
      writeFileSync(long, `${'s'.repeat(32)}\n`)
      writeFileSync(short, 'hunter2')
      assert.equal(readProxySecret(long).reveal(), 's'.repeat(32))
      assert.doesNotMatch(inspect(readProxySecret(long)), /ss/)
      for (const file of [short, join(folder, 'none')])
        assert.throws(
          () => readProxySecret(file),
          (error) => error instanceof ConfigRefused && !/hunter2/.test(error.message),
        )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
