import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { verifyContainer } from '../../src/client/container/verify-container.ts'
import { unpackContainer } from '../../src/evidence/container.ts'
import { applicationOf, scenarioNamed, scenariosOf } from '../../src/cli/compose.ts'
import { verifyByTrust } from '../../src/cli/trusted-evidence.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { partyId } from '../../src/model/ids.ts'
import { ensureDevelopmentPki } from '../../src/pki/development-pki.ts'
import { signAcknowledgement } from '../../src/signature/acknowledgement.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import { spkiSha256 } from '../../src/pki/spki.ts'
import { fileSealer, sealXml } from '../../src/signature/seal-xml.ts'
import { readTrustDocument } from '../../src/signature/trust-document.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { requireJudges, Unzipped } from '../support/containers.ts'
import type { Made } from '../support/chains.ts'
import { until } from '../support/estate.ts'
import { hasOpenssl, OpensslCa } from '../support/openssl-ca.ts'
import { OpensslTsa } from '../support/openssl-tsa.ts'

const POLICY = (address: string, by: 'ocsp' | 'crl' = 'ocsp'): string => `id: qualified
name: { bg: Удостоверител, en: Authority }
anchors: [root.crt]
revocation: { policy: required, ${by}: ['${address}'] }
`

/** Троян seals with a certificate of an authority that must be asked whether it was revoked. */
describe('the certificates of signers over HTTPS', function () {
  this.timeout(180_000)
  let ca: OpensslCa
  let edno: TestApp
  let folder = ''
  const prepare = async (address: string, name: string, by?: 'ocsp' | 'crl'): Promise<void> => {
    folder = mkdtempSync(join(tmpdir(), 'edno-trust-'))
    cpSync(join(ca.folder, 'ca.crt'), join(folder, 'root.crt'))
    writeFileSync(join(folder, 'qualified.yaml'), POLICY(address, by))
    edno = await testApp({ trustFolder: folder, partySeals: { troyan: ca.pem(name).certificate } })
  }
  before(function () {
    if (!hasOpenssl()) this.skip()
    ca = new OpensslCa('Qualified CA')
    for (const name of ['seal', 'gone']) ca.issue(name)
    ca.issue('responder', 'responder')
    ca.tell('seal', 'good')
    ca.tell('gone', 'revoked')
  })
  afterEach(async () => {
    await edno.close()
    rmSync(folder, { recursive: true, force: true })
  })
  after(() => ca.close())

  let sent = ''
  const send = (name: string): Promise<Answered> => {
    const { certificate, key } = ca.pem(name)
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    sent = application.exchangeId
    const body = sealXml(writeApplication(application), fileSealer(certificate, key))
    return call(edno, { body, tls: keysOf(edno, 'troyan').tls })
  }
  const questions = (): number => [...edno.app.simulator!.calls.values()].reduce((sum, n) => sum + n, 0)

  it('an application is answered when the authority says that the seal is good', async () => {
    await prepare(await ca.responder('responder'), 'seal')
    assert.equal((await send('seal')).status, 200)
  })

  for (const by of ['ocsp', 'crl'] as const)
    it(`the evidence holds what the authority said then (${by}): edno verify says so offline, and openssl by the README`, async function () {
      const list = by === 'crl' ? ca.list() : Buffer.alloc(0)
      const address =
        by === 'ocsp' ? await ca.responder('responder') : await ca.serve((_, response) => void response.end(list))
      await prepare(address, 'seal', by)
      assert.equal((await send('seal')).status, 200)
      const tls = keysOf(edno, 'troyan').tls
      const { body } = await call(edno, { method: 'GET', path: `/v1/exchanges/${sent}/evidence`, tls })
      const pins = { seals: [keysOf(edno, 'troyan').brokerCertificate], logKey: edno.app.logKey }
      const verdict = await verifyContainer(body, pins)
      assert.equal(verdict.holds, true)
      assert.equal(verdict.questions.asked, 'yes')
      const shown = verdict.findings.find(({ what }) => what === 'application.not-revoked')
      assert.equal(shown?.word?.kind, by)
      assert.ok(!verdict.unknown.some(({ what }) => what === 'application.revocation'))
      const files = await unpackContainer(body)
      if (by === 'crl') assert.deepEqual(files.get('revocation/application.1.crl'), list)
      requireJudges(this)
      const unzipped = new Unzipped(body)
      const { status, said } = unzipped.runReadme()
      assert.equal(status, 0, said)
      assert.match(said, by === 'ocsp' ? /certificates\/application\.crt: good/ : /certificates\/application\.crt: OK/)
      unzipped.write(`revocation/application.1.${by}`, files.get(`revocation/application.1.${by}`)!.fill(0, 90, 91))
      assert.notEqual(unzipped.runReadme().status, 0)
      unzipped.close()
    })

  describe('where the authority of everybody lists what it revoked', () => {
    let dataDirectory = ''
    let tsa: OpensslTsa | undefined
    afterEach(() => {
      tsa?.close()
      rmSync(dataDirectory, { recursive: true, force: true })
    })

    it('the evidence tells it of edno’s own seal, of who acknowledged, and of those who stamped', async function () {
      dataDirectory = mkdtempSync(join(tmpdir(), 'edno-listed-'))
      const pki = await ensureDevelopmentPki({ folder: join(dataDirectory, 'pki'), parties: [], now: new Date() })
      const everybody = new OpensslCa('Replaced')
      cpSync(pki.caFile, join(everybody.folder, 'ca.crt'))
      cpSync(join(dataDirectory, 'pki', 'ca.key'), join(everybody.folder, 'ca.key'))
      const list = everybody.list()
      everybody.close()
      const address = await ca.serve((_, response) => void response.end(list))
      folder = mkdtempSync(join(tmpdir(), 'edno-trust-'))
      cpSync(pki.caFile, join(folder, 'root.crt'))
      writeFileSync(join(folder, 'qualified.yaml'), `${POLICY(address, 'crl')}uses: [parties, time-stamps]\n`)
      const made = (certificate: string, key: string): Made => ({
        ...({ pem: readFileSync(certificate, 'utf8') } as Made),
        keyPem: readFileSync(key, 'utf8'),
      })
      const authority = made(pki.caFile, pki.stamps.keyFile)
      tsa = new OpensslTsa({ authority, signer: made(pki.stamps.certificateFile, pki.stamps.keyFile) })
      const { log } = loadConfig({ root: findRoot(), environment: {} })
      const stamps = { everySeconds: 1, everyEntries: 1000, stopAfterSeconds: 60 }
      const timeStamps = { url: await tsa.serve(), timeoutMs: 5000 }
      const settings = { answers: { profile: 'xades-b-t' }, timeStamps, log: { ...log, stamps } } as const
      edno = await testApp({ dataDirectory, trustFolder: folder, settings })
      const { seal, tls } = keysOf(edno, 'troyan')
      const composed = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
      const answer = await call(edno, {
        body: sealXml(writeApplication(composed), fileSealer(seal.certificate, seal.key)),
        tls,
      })
      assert.equal(answer.status, 200, answer.body.toString())
      const path = `/v1/exchanges/${composed.exchangeId}`
      const said = {
        ...{ type: 'edno-acknowledgement@1' as const, exchangeId: composed.exchangeId, by: partyId('troyan') },
        ...{ answer: createHash('sha256').update(answer.body).digest('hex'), at: new Date().toISOString() },
      }
      const jws = signAcknowledgement(said, { keyPem: seal.key, certificatePem: seal.certificate })
      const contentType = 'application/jose'
      const taken = await call(edno, { path: `${path}/acknowledgement`, body: Buffer.from(jws), contentType, tls })
      assert.equal(taken.status, 201, taken.body.toString())
      const pins = { seals: [keysOf(edno, 'troyan').brokerCertificate], logKey: edno.app.logKey }
      const all = ['application', 'answer', 'acknowledgement', 'answer-stamp', 'checkpoint-stamp']
      let body: Buffer = Buffer.alloc(0)
      let shown: readonly string[] = []
      await until('the checkpoint is stamped', async () => {
        const got = await call(edno, { method: 'GET', path: `${path}/evidence`, tls })
        assert.equal(got.status, 200, edno.logged.filter((l) => l.includes('error')).join())
        body = got.body
        const { holds, findings } = await verifyContainer(body, pins)
        assert.ok(holds, JSON.stringify(findings.filter((finding) => !finding.holds)))
        shown = findings.flatMap(({ what }) => (what.endsWith('.not-revoked') ? [what.split('.')[0] ?? ''] : []))
        return shown.includes('checkpoint-stamp')
      })
      assert.deepEqual(shown, all)
      const { unknown } = await verifyContainer(body, pins)
      assert.deepEqual(
        unknown.flatMap(({ what }) => (what.endsWith('revocation') ? [what] : [])),
        ['revocation'],
      )
      const files = await unpackContainer(body)
      for (const of of all) assert.deepEqual(files.get(`revocation/${of}.1.crl`), list, of)
      requireJudges(this)
      const unzipped = new Unzipped(body)
      const read = unzipped.runReadme()
      assert.equal(read.status, 0, read.said)
      for (const of of all) assert.ok(read.said.includes(`certificates/${of}.crt: OK`), of)
      assert.match(
        unzipped.text('README.txt'),
        /certificates of: the application, the answer \(edno\), the acknowledgement, the time stamp/,
      )
      unzipped.close()
    })
  })

  it('a revoked seal is refused with signature.certificate-revoked, and no registry is asked', async () => {
    await prepare(await ca.responder('responder'), 'gone')
    const { status, code } = await send('gone')
    assert.deepEqual([status, code], [401, 'signature.certificate-revoked'])
    assert.equal(questions(), 0)
  })

  it('where nobody tells, the refusal is 503 and says when to try again', async () => {
    let asked = 0
    const silent = await ca.serve((_, response) => {
      asked += 1
      response.writeHead(500).end()
    })
    await prepare(silent, 'seal')
    const { status, code, headers } = await send('seal')
    assert.deepEqual([status, code], [503, 'signature.revocation-unknown'])
    assert.ok(Number(headers['retry-after']) > 0)
    assert.equal(questions(), 0)
    assert.equal(asked, 1)
  })

  describe('of a connection', () => {
    const connect = async (address: string, name: string): Promise<void> => {
      folder = mkdtempSync(join(tmpdir(), 'edno-trust-'))
      cpSync(join(ca.folder, 'ca.crt'), join(folder, 'root.crt'))
      writeFileSync(join(folder, 'qualified.yaml'), POLICY(address))
      edno = await testApp({ trustFolder: folder, partyConnections: { troyan: ca.pem(name).certificate } })
    }
    const UNKNOWN = '/v1/exchanges/0199b2a4-7c00-7abc-8def-0123456789ab'
    const ask = (name: string, path = UNKNOWN): Promise<Answered> =>
      call(edno, { method: 'GET', path, tls: ca.pem(name) })

    it('are judged at every use: one that is good may ask, over and over, and its authority is asked once', async () => {
      let asked = 0
      const responder = await ca.responder('responder')
      const counting = await ca.serve((request, response) => {
        asked += 1
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => chunks.push(chunk))
        request.on('end', () => {
          void fetch(responder, { method: 'POST', body: Buffer.concat(chunks) })
            .then((told) => told.arrayBuffer())
            .then((body) => response.end(Buffer.from(body)))
        })
      })
      await connect(counting, 'seal')
      for (let time = 0; time < 3; time += 1) assert.equal((await ask('seal')).code, 'exchange.unknown')
      assert.equal(asked, 1)
    })

    it('a key that is pinned stays where its certificate is renewed, and an untrusted one of it is refused', async () => {
      folder = mkdtempSync(join(tmpdir(), 'edno-trust-'))
      cpSync(join(ca.folder, 'ca.crt'), join(folder, 'root.crt'))
      writeFileSync(join(folder, 'qualified.yaml'), POLICY(await ca.responder('responder')))
      const key = spkiSha256(ca.read('seal').key)
      edno = await testApp({
        trustFolder: folder,
        partyCertificates: { troyan: `{ tls: [], seal: [], tlsKeys: ['${key}'], sealKeys: ['${key}'] }` },
      })
      const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
      const { certificate, key: pem } = ca.pem('seal')
      const body = sealXml(writeApplication(application), fileSealer(certificate, pem))
      assert.equal((await call(edno, { body, tls: ca.pem('seal') })).status, 200)
      const own = ca.selfSigned('seal')
      const stolen = await call(edno, { method: 'GET', path: UNKNOWN, tls: { certificate: own, key: pem } })
      assert.deepEqual([stolen.status, stolen.code], [403, 'access.certificate-untrusted'])
    })

    it('one that was revoked is shut out before its body is read, and may still read what is open', async () => {
      await connect(await ca.responder('responder'), 'gone')
      const { status, code } = await ask('gone')
      assert.deepEqual([status, code], [403, 'access.certificate-revoked'])
      const posted = await call(edno, { body: Buffer.from('<Application/>'), tls: ca.pem('gone') })
      assert.equal(posted.code, 'access.certificate-revoked')
      assert.equal((await ask('gone', '/v1/services')).status, 200)
    })

    it('where nobody tells, the refusal is 503 and says when to try again', async () => {
      await connect(await ca.serve((_, response) => void response.writeHead(500).end()), 'seal')
      const { status, code, headers } = await ask('seal')
      assert.deepEqual([status, code], [503, 'access.revocation-unknown'])
      assert.ok(Number(headers['retry-after']) > 0)
    })
  })

  it('nobody is asked about a certificate whose holder did not sign', async () => {
    let asked = 0
    const responder = await ca.serve((_, response) => {
      asked += 1
      response.end()
    })
    await prepare(responder, 'seal')
    const { certificate } = ca.pem('seal')
    const forger = { ...fileSealer(certificate, ca.pem('seal').key), sign: () => Buffer.alloc(64, 1) }
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    const body = sealXml(writeApplication(application), forger)
    const answered = await call(edno, { body, tls: keysOf(edno, 'troyan').tls })
    assert.equal(answered.code, 'signature.invalid')
    assert.equal(asked, 0)
  })

  it('the trust document is open, signed, and verifies an answer without any other file', async () => {
    await prepare(await ca.responder('responder'), 'seal')
    const { status, headers, body } = await call(edno, { method: 'GET', path: '/v1/trust' })
    assert.equal(status, 200)
    assert.match(String(headers['content-type']), /^application\/jose/)
    const document = await readTrustDocument(body.toString())
    assert.equal(document?.log.vkey, edno.app.logKey)
    const file = join(folder, 'trust.jws')
    writeFileSync(file, body)
    const answer = await send('seal')
    assert.equal((await verifyByTrust({ answer: answer.body, brokerCertificate: '' }, file)).holds, true)
    const changed = Buffer.from(answer.body.toString().replace('<Status>complete', '<Status>partial'))
    assert.equal((await verifyByTrust({ answer: changed, brokerCertificate: '' }, file)).holds, false)
    writeFileSync(file, body.toString().replace('.', '.A'))
    await assert.rejects(verifyByTrust({ answer: answer.body, brokerCertificate: '' }, file), /is not a trust document/)
  })

  it('readiness tells how many certificates end soon, and is ready all the same', async () => {
    await prepare(await ca.responder('responder'), 'seal')
    const { status, body } = await call(edno, { method: 'GET', path: '/readyz' })
    assert.equal(status, 200)
    assert.equal((JSON.parse(body.toString()) as { checks: Record<string, string> }).checks['certificates'], 'ok')
  })
})
