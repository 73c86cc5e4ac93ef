import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { compactVerify, type FlattenedJWSInput, flattenedVerify } from 'jose'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { verifyExchange } from '../../src/client/verify-exchange.ts'
import { readReceipt, type Receipt } from '../../src/exchange-log/receipt.ts'
import { type Answer, readAnswer } from '../../src/message/read-answer.ts'
import type { Application } from '../../src/model/application.ts'
import type { JwsFormat, SignedFormat } from '../../src/model/exchange.ts'
import { exchangeId } from '../../src/model/ids.ts'
import { MEDIA_TYPES } from '../../src/model/media-types.ts'
import { uuidV7 } from '../../src/client/uuid-v7.ts'
import { ANSWER_JWS, verifyJws } from '../../src/signature/verify-jws.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { until } from '../support/estate.ts'

const JSON_FORMATS: readonly JwsFormat[] = ['jws', 'jws-flattened']

describe('an application in JSON, signed as a JWS', function () {
  this.timeout(180_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp()
  })
  after(() => edno.close())

  const composed = (name = 'taxi'): Application =>
    applicationOf(scenarioNamed(scenariosOf(edno.config), name), [], new Date())
  const sign = (application: Application, format: SignedFormat, tamper = false): Uint8Array =>
    signedBytes(application, keysOf(edno, application.consumer).seal, tamper, format)
  const post = (body: Uint8Array, format: SignedFormat, path = '/v1/exchanges', party = 'troyan'): Promise<Answered> =>
    call(edno, { body, path, contentType: MEDIA_TYPES[format], tls: keysOf(edno, party).tls })

  /** By the address that every answer names: a receipt that is long is in no header. */
  const receiptOf = async (id: string): Promise<Receipt> => {
    const bodies: string[] = []
    await until('a receipt', async () => {
      const path = `/v1/exchanges/${id}/receipt`
      const { status, body } = await call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })
      if (status === 200) bodies.push(body.toString())
      return status === 200
    })
    return readReceipt(bodies[0]!)
  }

  /** What jose makes of the answer, by edno's certificate known beforehand. */
  async function byJose(body: Buffer, format: JwsFormat): Promise<Uint8Array> {
    const { publicKey } = new X509Certificate(keysOf(edno, 'troyan').brokerCertificate)
    const options = { crit: { sigT: true } }
    const text = body.toString()
    if (format === 'jws') return (await compactVerify(text, publicKey, options)).payload
    return (await flattenedVerify(JSON.parse(text) as FlattenedJWSInput, publicKey, options)).payload
  }
  const comparable = ({ parts, checks, status, problems }: Answer) => ({
    status,
    problems,
    checks,
    parts: parts.map(({ provenance, ...part }) => ({
      ...part,
      provenance: provenance && { ...provenance, askedAt: '', asOf: '', sourceReference: '' },
    })),
  })

  for (const format of JSON_FORMATS)
    for (const scenario of ['taxi', 'driver-dead', 'checks-only'])
      it(`is answered in ${MEDIA_TYPES[format]} with what its twin in XML is answered: ${scenario}`, async () => {
        const application = composed(scenario)
        const twin = { ...application, exchangeId: exchangeId(uuidV7(Date.now())) }
        const answered = await post(sign(application, format), format, '/v1/exchanges', application.consumer)
        const expected = await post(sign(twin, 'xml'), 'xml', '/v1/exchanges', application.consumer)
        assert.equal(answered.status, expected.status, answered.body.toString())
        assert.equal(answered.headers['content-type'], MEDIA_TYPES[format])
        const answer = readAnswer(await byJose(answered.body, format), format)
        assert.deepEqual(comparable(answer), comparable(readAnswer(expected.body)))
        assert.equal(answer.exchangeId, application.exchangeId)
      })

  for (const format of JSON_FORMATS)
    it(`is proven by a receipt that commits to the bytes of both, and repeated byte by byte (${format})`, async () => {
      const composition = composed()
      const application = sign(composition, format)
      const { body } = await post(application, format)
      const keys = keysOf(edno, 'troyan')
      const held = {
        answer: body,
        application,
        brokerCertificate: keys.brokerCertificate,
        consumerCertificate: keys.seal.certificate,
        receipt: await receiptOf(composition.exchangeId),
        logKey: edno.app.logKey,
      }
      const verdict = verifyExchange(held)
      assert.deepEqual(
        verdict.findings.filter(({ holds }) => !holds),
        [],
      )
      assert.equal(verdict.missing.length, 0)
      const other = sign(composed(), format)
      const changed = verifyExchange({ ...held, application: other }).findings.filter(({ holds }) => !holds)
      assert.deepEqual(
        changed.map(({ what }) => what),
        ['answer.of-request', 'application.same-exchange', 'request.commitment'],
      )
      assert.deepEqual((await post(application, format)).body, body)
      const known = await call(edno, {
        method: 'GET',
        path: `/v1/exchanges/${verdict.answer?.exchangeId}`,
        tls: keys.tls,
      })
      assert.deepEqual([known.headers['content-type'], known.body], [MEDIA_TYPES[format], body])
    })

  it('says in the answer who signed it, when, and of which kind it is', async () => {
    const { body } = await post(sign(composed(), 'jws'), 'jws')
    const certificate = new X509Certificate(keysOf(edno, 'troyan').brokerCertificate)
    const header = JSON.parse(Buffer.from(body.toString().split('.')[0]!, 'base64url').toString()) as Record<
      string,
      unknown
    >
    const fingerprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex')
    assert.deepEqual(Object.keys(header), ['alg', 'typ', 'x5c', 'x5t#S256', 'sigT', 'crit'])
    assert.deepEqual(
      [header['typ'], header['x5c'], header['x5t#S256'], header['crit']],
      ['edno-answer+json', [certificate.raw.toString('base64')], fingerprint.toString('base64url'), ['sigT']],
    )
    const registered = {
      party: 'edno' as never,
      key: certificate.publicKey,
      notBefore: new Date(0),
      notAfter: new Date('2099-01-01'),
    }
    const { content, signer } = verifyJws(
      { bytes: body, format: 'jws' },
      { find: () => registered },
      new Date(),
      ANSWER_JWS,
    )
    const { issuedAt } = readAnswer(content, 'jws')
    assert.equal(signer.claimedAt, issuedAt.replace(/\.\d+Z/, 'Z'))
  })

  it('has the dry run of its twin', async () => {
    const application = composed()
    const plans = await Promise.all(
      (['xml', ...JSON_FORMATS] as const).map((format) => post(sign(application, format), format, '/v1/plans')),
    )
    for (const plan of plans) {
      assert.equal(plan.status, 200, plan.body.toString())
      assert.deepEqual(plan.body, plans[0]!.body)
    }
  })

  it('is one exchange in one format: the same application signed in another is other bytes under a used id', async () => {
    const application = composed()
    assert.equal((await post(sign(application, 'jws'), 'jws')).status, 200)
    for (const format of ['xml', 'jws-flattened'] as const)
      assert.equal((await post(sign(application, format), format)).code, 'request.replayed')
  })

  it('cannot carry a signature that another exchange had, also not in the other serialisation', async () => {
    const bytes = Buffer.from(sign(composed(), 'jws')).toString()
    assert.equal((await post(Buffer.from(bytes), 'jws')).status, 200)
    const [header, payload, signature] = bytes.split('.')
    const other = JSON.stringify({ protected: header, payload, signature })
    assert.equal((await post(Buffer.from(other), 'jws-flattened')).code, 'request.replayed')
  })

  for (const [title, code, make] of [
    ['changed after signing', 'signature.invalid', () => ({ body: sign(composed(), 'jws', true) })],
    ['signed by another party than Consumer', 'signature.party-mismatch', () => ({ body: byVidin() })],
    ['sent as XML', 'request.malformed', () => ({ body: sign(composed(), 'jws'), contentType: 'application/xml' })],
    ['XML sent as a JWS', 'request.malformed', () => ({ body: sign(composed(), 'xml') })],
    [
      'XML sent as a flattened JWS',
      'request.malformed',
      () => ({ body: sign(composed(), 'xml'), contentType: 'application/jose+json' }),
    ],
    ['of plain JSON', 'request.media-type', () => ({ body: Buffer.from('{}'), contentType: 'application/json' })],
    [
      'of two types',
      'request.media-type',
      () => ({ body: sign(composed(), 'jws'), contentType: 'application/jose, application/xml' }),
    ],
    ['of a name no object should have', 'request.schema', () => ({ body: withMember('__proto__') })],
  ] as const)
    it(`is refused where it is ${title}: ${code}`, async () => {
      const answered = await call(edno, { contentType: 'application/jose', tls: keysOf(edno, 'troyan').tls, ...make() })
      assert.equal(answered.code, code)
      assert.match(String(answered.headers['content-type']), /^application\/problem\+json/)
    })

  const byVidin = (): Uint8Array => signedBytes(composed(), keysOf(edno, 'vidin').seal, false, 'jws')
  const withMember = (name: string): Uint8Array => {
    const application = composed()
    const body = { ...application.body, ...(JSON.parse(`{"${name}":{"egn":"1"}}`) as object) }
    return sign(
      { ...application, body: Object.defineProperty(body, name, { value: { egn: '1' }, enumerable: true }) },
      'jws',
    )
  }
})
