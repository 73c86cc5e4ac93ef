import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { LOG_KEY_FILE } from '../../src/app/keys.ts'
import {
  AnswerNotVerified,
  type BackOffice,
  type BackOfficeSettings,
  backOffice,
  ExchangeRefused,
  type FollowedEvent,
} from '../../src/client/index.ts'
import { issueAuthority, issueCertificate } from '../../src/pki/issue-certificate.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { keysOf } from '../support/caller.ts'
import { sampleApplication } from '../support/documents.ts'
import { TAXI_PASSED } from '../support/taxi-permit.ts'

/** Answers every application with these bytes, and has no receipts: its address, its authority, how it ends. */
async function standIn(answer: Buffer): Promise<[string, string, () => void]> {
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
  const authority = await issueAuthority({ commonName: 'Test authority' }, validity)
  const of = { subject: { commonName: 'Test edno' }, keyType: 'ec-p256', ...validity, hosts: ['127.0.0.1'] } as const
  const pair = await issueCertificate(authority, { ...of, use: 'server' })
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    if (request.method === 'POST') response.writeHead(200, { 'Content-Type': 'application/xml' }).end(answer)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return [`https://127.0.0.1:${port}`, authority.certificate, () => server.close()]
}

describe('a back office by edno/client', function () {
  this.timeout(180_000)
  let edno: TestApp
  let settings: BackOfficeSettings
  const opened: BackOffice[] = []
  before(async () => {
    edno = await testApp()
    const { ca, tls, seal, brokerCertificate } = keysOf(edno, 'troyan')
    const logKey = readFileSync(join(edno.config.dataDirectory, LOG_KEY_FILE), 'utf8')
    const trusted = { ca, seal: brokerCertificate, logKey }
    settings = { party: 'troyan', url: edno.app.url, tls, seal, trusted, language: 'en' }
  })
  after(async () => {
    for (const office of opened) office.close()
    await edno.close()
  })

  const office = (changes: Partial<BackOfficeSettings> = {}): BackOffice => {
    const made = backOffice({ ...settings, ...changes })
    opened.push(made)
    return made
  }
  const { exchangeId: _, issuedAt: __, consumer: ___, ...draft } = sampleApplication()
  const refusal = async (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => assert.fail('nothing was refused'),
      (error: unknown) => error,
    )

  it('is handed an answer whose signature and place in the log hold, and hears what each registry did', async () => {
    const troyan = office()
    const told: FollowedEvent[] = []
    const { answer, verdict, receipt } = await troyan.send(troyan.sign(draft), (event) => told.push(event))
    assert.deepEqual(
      answer.checks.map(({ id, result }) => `${id} ${result}`),
      TAXI_PASSED,
    )
    assert.deepEqual([verdict.holds, verdict.missing], [true, []])
    assert.ok(verdict.findings.some(({ what }) => what === 'log.inclusion'))
    assert.match(receipt.proof, /^c2sp\.org\/tlog-proof@v1/)
    const calls = told.flatMap((event) => (event.event === 'call' ? [event.call] : []))
    assert.deepEqual(calls.sort(), answer.parts.map(({ call }) => call).sort())
    assert.equal(told.at(-1)?.event, 'answer')
  })

  it('gets the same answer for the same bytes', async () => {
    const troyan = office()
    const application = troyan.sign(draft)
    const [first, second] = [await troyan.send(application), await troyan.send(application)]
    assert.deepEqual(first.bytes, second.bytes)
  })

  it('is told the problem where edno refuses', async () => {
    const error = await refusal(office().send(office().sign({ ...draft, legalBasis: 'zmdt-52' })))
    assert.ok(error instanceof ExchangeRefused)
    assert.equal(error.problem.code, 'access.legal-basis')
    assert.ok(error.message.startsWith('access.legal-basis: '))
  })

  it('is handed nothing that another than the edno it knows has signed', async () => {
    const trusted = { ...settings.trusted, seal: keysOf(edno, 'vidin').seal.certificate }
    const error = await refusal(office({ trusted }).send(office().sign(draft)))
    assert.ok(error instanceof AnswerNotVerified)
    assert.equal(error.message, 'the answer is not proved: answer.signature')
    assert.equal(error.verdict.answer, undefined)
  })

  it('is handed nothing that stands in another log than the one it knows', async () => {
    const logKey = 'another.test/log+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const error = await refusal(office({ trusted: { ...settings.trusted, logKey } }).send(office().sign(draft)))
    assert.ok(error instanceof AnswerNotVerified)
    assert.equal(error.message, 'the answer is not proved: checkpoint.signature, log.inclusion')
    assert.ok(error.held.answer.length > 0, 'what came is kept')
  })

  it('is handed nothing without a receipt, though the answer is genuine', async () => {
    const application = office().sign(draft)
    const { bytes } = await office().send(application)
    const [url, ca, close] = await standIn(Buffer.from(bytes))
    try {
      const error = await refusal(office({ url, trusted: { ...settings.trusted, ca } }).send(application))
      assert.ok(error instanceof AnswerNotVerified)
      assert.equal(error.message, 'the answer is not proved: no receipt')
      assert.equal(error.verdict.holds, true)
    } finally {
      close()
    }
  })

  it('ends with the mistake of whoever wanted to be told, and sends the same bytes again', async () => {
    const troyan = office()
    const application = troyan.sign(draft)
    const mistake = new TypeError('of the listener')
    const fails = (): never => {
      throw mistake
    }
    assert.equal(await refusal(troyan.send(application, fails)), mistake)
    assert.equal((await troyan.send(application)).answer.status, 'complete')
  })
})
