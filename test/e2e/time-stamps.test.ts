import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import { applicationOf, scenarioNamed, scenariosOf } from '../../src/cli/compose.ts'
import { verifyExchange } from '../../src/client/verify-exchange.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import { fileSealer, sealXml } from '../../src/signature/seal-xml.ts'
import { hasXmlsec, xmlsecVerifies } from '../interop/programs.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { hasOpenssl } from '../support/openssl-ca.ts'
import { makeStampKeys, OpensslTsa, type StampKeys } from '../support/openssl-tsa.ts'

const AUTHORITY = `id: stamps
name: { bg: Времеви печати, en: Time stamps }
uses: [time-stamps]
anchors: [root.crt]
revocation: { policy: none }
`

describe('answers with a time stamp, over HTTPS', function () {
  this.timeout(180_000)
  let keys: StampKeys
  let tsa: OpensslTsa
  let url = ''
  let folder = ''
  let edno: TestApp | undefined
  before(async function () {
    if (!hasOpenssl()) this.skip()
    keys = await makeStampKeys()
    tsa = new OpensslTsa(keys)
    url = await tsa.serve()
    folder = mkdtempSync(join(tmpdir(), 'edno-stamps-'))
    writeFileSync(join(folder, 'root.crt'), keys.authority.pem)
    writeFileSync(join(folder, 'stamps.yaml'), AUTHORITY)
  })
  afterEach(async () => {
    tsa.down = false
    await edno?.close()
    edno = undefined
  })
  after(() => {
    tsa.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const start = async (more: { databaseUrl?: string; dataDirectory?: string } = {}): Promise<TestApp> => {
    const settings = { answers: { profile: 'xades-b-t' }, timeStamps: { url, timeoutMs: 5000 } } as const
    edno = await testApp({ trustFolder: folder, settings, ...more })
    return edno
  }
  const application = (to: TestApp): Uint8Array => {
    const { certificate, key } = keysOf(to, 'troyan').seal
    const composed = applicationOf(scenarioNamed(scenariosOf(to.config), 'taxi'), [], new Date())
    return sealXml(writeApplication(composed), fileSealer(certificate, key))
  }
  const send = (to: TestApp, body: Uint8Array): Promise<Answered> => call(to, { body, tls: keysOf(to, 'troyan').tls })
  const sealOf = (to: TestApp): string => to.app.keys.secrets.seal.certificate

  it('are signed once and stamped, verify offline, and say when they were stamped and by whom', async () => {
    const to = await start()
    const body = application(to)
    const { status, body: answer } = await send(to, body)
    assert.equal(status, 200)
    assert.equal(answer.toString().match(/EncapsulatedTimeStamp>/g)?.length, 2)
    const held = { answer, application: body, brokerCertificate: sealOf(to), timeStampAuthorities: keys.authority.pem }
    const verdict = verifyExchange(held)
    assert.deepEqual(
      verdict.findings.filter(({ holds }) => !holds),
      [],
    )
    assert.ok(verdict.findings.some(({ what }) => what === 'answer.time-stamp-authority'))
    assert.equal(verdict.stamp?.by, 'CN=Test time stamps')
    assert.ok(Math.abs(Date.parse(verdict.stamp.at) - Date.now()) < 60_000)
    if (hasXmlsec) {
      writeFileSync(join(folder, 'answer.xml'), answer)
      writeFileSync(join(folder, 'broker.crt'), sealOf(to))
      assert.equal(xmlsecVerifies(join(folder, 'broker.crt'), join(folder, 'answer.xml')), true)
    }
    const again = await send(to, body)
    assert.ok(again.body.equals(answer), 'a repeat gets the very same bytes')
  })

  it('do not leave without one: 503, the exchange stays open, and gets exactly one stamped answer later', async () => {
    const databaseUrl = await testDatabaseUrl()
    const dataDirectory = mkdtempSync(join(tmpdir(), 'edno-stamps-data-'))
    try {
      const first = await start({ databaseUrl, dataDirectory })
      const body = application(first)
      tsa.down = true
      const { status, code, headers } = await send(first, body)
      assert.deepEqual([status, code], [503, 'broker.signing'])
      assert.ok(Number(headers['retry-after']) > 0)
      const questions = [...first.app.simulator!.calls.values()].reduce((sum, n) => sum + n, 0)
      assert.ok(questions > 0)
      assert.match(first.logged.join('\n'), /there is no time stamp: no-answer/)
      await first.close()
      tsa.down = false
      const second = await start({ databaseUrl, dataDirectory })
      const later = await send(second, body)
      assert.equal(later.status, 200)
      assert.match(later.body.toString(), /<xades:SignatureTimeStamp>/)
      assert.deepEqual([...second.app.simulator!.calls.values()], [], 'nobody is asked a second time')
      assert.ok((await send(second, body)).body.equals(later.body))
    } finally {
      await edno?.close()
      edno = undefined
      rmSync(dataDirectory, { recursive: true, force: true })
    }
  })

  it('do not leave with a stamp of an authority that is believed for something else', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'edno-no-trust-'))
    writeFileSync(join(empty, 'root.crt'), keys.authority.pem)
    writeFileSync(join(empty, 'stamps.yaml'), AUTHORITY.replace('[time-stamps]', '[parties]'))
    const settings = { answers: { profile: 'xades-b-t' }, timeStamps: { url } } as const
    const strange = await testApp({ trustFolder: empty, settings })
    try {
      // The development authority may stamp, but this stamp is not of it.
      const { status, code } = await send(strange, application(strange))
      assert.deepEqual([status, code], [503, 'broker.signing'])
      assert.match(strange.logged.join('\n'), /there is no time stamp: untrusted: anchor/)
    } finally {
      await strange.close()
      rmSync(empty, { recursive: true })
    }
  })
})
