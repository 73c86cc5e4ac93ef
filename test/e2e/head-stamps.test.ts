import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import * as pkijs from 'pkijs'
import { applicationOf, scenarioNamed, scenariosOf } from '../../src/cli/compose.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { logAddress } from '../../src/client/log-address.ts'
import { verifyContainer } from '../../src/client/container/verify-container.ts'
import { unpackContainer } from '../../src/evidence/container.ts'
import { checkpointText, openCheckpoint } from '../../src/exchange-log/checkpoint.ts'
import { noteVerifier } from '../../src/exchange-log/note.ts'
import { verifyLog } from '../../src/exchange-log/verify-log.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import { fileSealer, sealXml } from '../../src/signature/seal-xml.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { Unzipped } from '../support/containers.ts'
import { until } from '../support/estate.ts'
import { getJson } from '../support/get-json.ts'
import { sampleIn } from '../support/metrics.ts'
import { hasOpenssl } from '../support/openssl-ca.ts'
import { makeStampKeys, OpensslTsa, type StampKeys } from '../support/openssl-tsa.ts'

const AUTHORITY = `id: stamps
name: { bg: Времеви печати, en: Time stamps }
uses: [time-stamps]
anchors: [root.crt]
revocation: { policy: none }
`
const RULES = { everySeconds: 1, everyEntries: 1000, stopAfterSeconds: 6 }

/** A mute authority keeps whoever asks waiting; the others answer what is of no worth. */
type Mood = 'well' | 'mute' | 'garbage' | 'other nonce' | 'other imprint'

describe('heads with a time stamp, over HTTPS', function () {
  this.timeout(180_000)
  let keys: StampKeys
  let tsa: OpensslTsa
  let url = ''
  let folder = ''
  let mood: Mood = 'well'
  let edno: TestApp
  before(async function () {
    if (!hasOpenssl()) this.skip()
    // rfc3161ng verifies RSA alone.
    keys = await makeStampKeys({ keys: await rsaKeys() })
    tsa = new OpensslTsa(keys)
    const answers: Readonly<Record<Mood, (query: Buffer) => Promise<Uint8Array>>> = {
      well: (query) => tsa.reply(query),
      mute: () => new Promise(() => undefined),
      garbage: () => Promise.resolve(Buffer.from('not DER at all')),
      'other nonce': async (query) => tsa.reply(await tsa.query(imprintOf(query))),
      'other imprint': async () => tsa.reply(await tsa.query('00'.repeat(32))),
    }
    url = await tsa.serve((query) => answers[mood](query))
    folder = mkdtempSync(join(tmpdir(), 'edno-head-stamps-'))
    writeFileSync(join(folder, 'root.crt'), keys.authority.pem)
    writeFileSync(join(folder, 'stamps.yaml'), AUTHORITY)
    const log = { ...loadConfig({ root: findRoot(), environment: {} }).log, stamps: RULES }
    edno = await testApp({
      trustFolder: folder,
      settings: { log, metrics: { port: 0 }, timeStamps: { url, timeoutMs: 3000 } },
    })
  })
  afterEach(() => {
    mood = 'well'
  })
  after(async () => {
    await edno.close()
    tsa.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const sendNamed = async (): Promise<Answered & { readonly id: string }> => {
    const { certificate, key } = keysOf(edno, 'troyan').seal
    // Of few questions: nothing here is about how fast registries are.
    const composed = applicationOf(scenarioNamed(scenariosOf(edno.config), 'vehicle-tax'), [], new Date())
    const body = sealXml(writeApplication(composed), fileSealer(certificate, key))
    return { ...(await call(edno, { body, tls: keysOf(edno, 'troyan').tls })), id: composed.exchangeId }
  }
  const send = (): Promise<Answered> => sendNamed()
  const readiness = async (): Promise<{ status: number; stamps: string }> => {
    const { status, body } = await getJson(`${edno.app.url}/readyz`, keysOf(edno, 'troyan').ca)
    return { status, stamps: (body as { checks: Record<string, string> }).checks['stamps'] ?? '' }
  }
  const get = (path: string): Promise<Answered> => call(edno, { method: 'GET', path })
  interface Stamps {
    readonly stamps: readonly { readonly size: number; readonly at: string }[]
  }
  const stamps = async (): Promise<Stamps['stamps']> =>
    (JSON.parse((await get('/log/stamps')).body.toString()) as Stamps).stamps

  it('stand in the evidence of an exchange, whose README and verifier read the time of the stamp', async () => {
    const { status, body, id } = await sendNamed()
    assert.equal(status, 200, body.toString())
    const path = `/v1/exchanges/${id}/evidence`
    const get = async (): Promise<Buffer> =>
      (await call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })).body
    await until('its entries are stamped', async () =>
      (await unpackContainer(await get())).has('stamps/checkpoint.tst'),
    )
    const container = await get()
    const pins = { seals: [keysOf(edno, 'troyan').brokerCertificate], logKey: edno.app.logKey }
    const verdict = await verifyContainer(container, { ...pins, timeStampAuthorities: keys.authority.pem })
    assert.equal(verdict.holds, true)
    for (const code of ['checkpoint.time-stamp', 'checkpoint.time-stamp-authority'])
      assert.ok(
        verdict.findings.some(({ what, holds }) => what === code && holds),
        code,
      )
    const strange = await makeStampKeys()
    const other = await verifyContainer(container, { ...pins, timeStampAuthorities: strange.authority.pem })
    assert.equal(other.holds, false)
    assert.ok((await verifyContainer(container, pins)).unknown.some(({ what }) => what === 'time-stamp.authority'))
    const unzipped = new Unzipped(container)
    const { status: exit, said } = unzipped.runReadme()
    assert.equal(exit, 0, said)
    assert.match(said, /Time stamp: /)
    unzipped.close()
  })

  it('are served with their tokens, which openssl and rfc3161ng accept over the text of the head, and over no other', async function () {
    assert.equal((await send()).status, 200)
    await until('a head is stamped', async () => (await stamps()).length > 0)
    const metrics = await (await fetch(edno.app.metricsUrl!)).text()
    assert.ok((sampleIn(metrics, 'edno_stamp_age_seconds') ?? 1000) < 100)
    assert.ok((sampleIn(metrics, 'edno_stamp_waiting_seconds') ?? 1000) < 100)
    const { size } = (await stamps()).at(-1)!
    const head = await get(`/log/checkpoints/${size}`)
    assert.equal(head.status, 200)
    const text = checkpointText(openCheckpoint(head.body.toString(), noteVerifier(edno.app.logKey)))
    const token = await get(`/log/stamps/${size}`)
    assert.deepEqual([token.status, token.headers['content-type']], [200, 'application/octet-stream'])
    assert.equal(await tsa.accepts(token.body, Buffer.from(text)), true)
    assert.equal(await tsa.accepts(token.body, Buffer.from(text.replace(`\n${size}\n`, `\n${size + 1}\n`))), false)
    assert.equal((await get('/log/stamps/999999999')).status, 404)
    const source = logAddress(edno.app.url, keysOf(edno, 'troyan').ca)
    const claim = { source, logKey: edno.app.logKey, timeStampAuthorities: keys.authority.pem }
    const verdict = await verifyLog(claim)
    assert.equal(verdict.holds, true, JSON.stringify(verdict.findings))
    assert.ok((verdict.stamped?.size ?? 0) >= size)
    const strange = (await makeStampKeys()).authority.pem
    assert.equal((await verifyLog({ ...claim, timeStampAuthorities: strange })).holds, false)
    source.close()
    assert.equal((await get('/log/checkpoints/999999999')).status, 404)
    if (!hasRfc3161ng()) {
      console.log('      left out, because there is no rfc3161ng')
      return
    }
    const file = (name: string, bytes: string | Uint8Array): string => {
      writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const files = [file('token', token.body), file('tsa.pem', keys.signer.pem), file('body', text)]
    assert.equal(rfc3161ng(...files), 'True\n')
    assert.throws(() => rfc3161ng(files[0]!, files[1]!, file('other', `${text}x`)))
  })

  for (const [fault, why] of [
    ['mute', 'no-answer'],
    ['garbage', 'not-readable'],
    ['other nonce', 'other-request'],
    ['other imprint', 'other-octets'],
  ] as const)
    it(`stop edno by policy when there are none for too long, and let it go on by itself afterwards: ${fault}`, async () => {
      // What the test before left is stamped, so that the time begins with what is sent here.
      const newest = async (): Promise<number> =>
        openCheckpoint((await get('/log/checkpoint')).body.toString(), noteVerifier(edno.app.logKey)).size
      await until('all is stamped', async () => (await stamps()).at(-1)?.size === (await newest()))
      mood = fault
      const first = await send()
      assert.deepEqual([first.status, first.code], [200, undefined], 'a failure of the authority alone stops nobody')
      await until('edno is not ready', async () => (await readiness()).status === 503)
      const refused = await send()
      assert.deepEqual([refused.status, refused.code], [503, 'broker.stamps-overdue'])
      assert.ok(Number(refused.headers['retry-after']) > 0)
      // Why is known as soon as the authority was asked.
      const said = new RegExp(`^no time stamp over entries since 20.*: ${why}$`)
      await until('it says why', async () => said.test((await readiness()).stamps))
      const before = edno.app.simulator!.calls.size
      mood = 'well'
      await until('edno is ready again', async () => (await readiness()).status === 200)
      assert.equal(edno.app.simulator!.calls.size, before, 'nobody was asked meanwhile')
      assert.equal((await send()).status, 200)
      assert.match(edno.logged.join('\n'), new RegExp(`gets no time stamp.*`))
    })
})

/** What a question asks to be stamped. */
const imprintOf = (query: Uint8Array): string => {
  const { hashedMessage } = pkijs.TimeStampReq.fromBER(Uint8Array.from(query)).messageImprint
  return Buffer.from(hashedMessage.getValue()).toString('hex')
}

const rsaKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['sign', 'verify'],
  )

/** Debian's own Python sees Debian's packages. */
const PYTHON = '/usr/bin/python3'
const CHECK = `
import sys, rfc3161ng
from pyasn1.codec.der import decoder
token, certificate, data = (open(name, 'rb').read() for name in sys.argv[1:4])
stamp = decoder.decode(token, asn1Spec=rfc3161ng.TimeStampToken())[0]
print(rfc3161ng.check_timestamp(stamp, certificate=certificate, data=data, hashname='sha256'))
`

function hasRfc3161ng(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import rfc3161ng'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function rfc3161ng(...files: string[]): string {
  return execFileSync(PYTHON, ['-c', CHECK, ...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
