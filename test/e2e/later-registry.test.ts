import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { signedContent } from '../../src/client/signed-content.ts'
import { verifyContainer } from '../../src/client/container/verify-container.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import { readCertificate } from '../../src/pki/read-certificate.ts'
import { call, keysOf } from '../support/caller.ts'
import { DeferringEdno, outcomesIn } from '../support/deferring-edno.ts'
import { until } from '../support/estate.ts'
import { CALLBACK_URL, LATER, LaterRegistry } from '../support/later-registry.ts'

const VEHICLE = `${LATER}/registration@1`

/** Real HTTPS, a real PostgreSQL, and a RegiX that promises its answers. */
describe('a registry that answers later', function () {
  this.timeout(180_000)
  let registry: LaterRegistry
  let edno: DeferringEdno
  before(async () => {
    registry = await LaterRegistry.start()
    const { adaptersFolder, registries } = registry
    edno = await DeferringEdno.start(
      { 'taxi-permit': { deadlineMs: 3000, deferMs: 60_000 } },
      { adaptersFolder, registries },
    )
  })
  after(async () => {
    await edno.close()
    await registry.close()
  })

  const promiseOf = (reference: number) => registry.simulator.promises.find(({ callId }) => callId === reference)!
  const deferred = async (plate = 'ОВ 0000 АА') => {
    const composed = edno.compose('taxi')
    const application = { ...composed, body: { ...composed.body, vehicle: { plate } } }
    const before = registry.simulator.promises.length
    const first = await edno.send(edno.sign(application))
    assert.equal(first.status, 202, first.body.toString())
    await until('its answer is promised', () => registry.simulator.promises.length > before)
    return { id: application.exchangeId, promise: registry.simulator.promises.at(-1)! }
  }
  const sendBack = (text: string, tls: { certificate: string; key: string } | null = registry.callback) =>
    call(edno.edno, {
      path: `/RegiX/callback/${LATER}`,
      body: Buffer.from(text),
      contentType: 'text/xml; charset=utf-8',
      tls: tls ?? undefined,
    })

  it('is asked once, asked whether it is ready until it is, and told that its answer is stored', async () => {
    registry.simulator.setDelay(LATER, 6000)
    const before = registry.simulator.calls.get(VEHICLE) ?? 0
    const { id, promise } = await deferred()
    assert.equal(promise.callbackUrl, CALLBACK_URL)
    const answer = await edno.eventually(id)
    assert.equal(answer.status, 200, answer.body.toString())
    assert.ok(outcomesIn(answer).includes('vehicle found'), outcomesIn(answer).join())
    const part = readAnswer(answer.body).parts.find(({ call: name }) => name === 'vehicle')
    assert.equal(part!.provenance!.signedByRegistry, true)
    assert.equal(part!.provenance!.sourceReference, `regix:${promise.callId}`)
    assert.equal(registry.simulator.calls.get(VEHICLE), before + 1)
    await until('it is told', () => promiseOf(promise.callId).acknowledged)
    assert.ok(promiseOf(promise.callId).checks >= 3)
  })

  it('is believed of itself only by its certificate, its number and code, and a signed answer to that question', async () => {
    registry.simulator.setDelay(LATER, Number.POSITIVE_INFINITY)
    const { promise: other } = await deferred('ОВ 0000 АВ')
    const { id, promise } = await deferred()
    const good = promise.callback()
    const signed = /<Data id="data">.*<\/Signature>/s
    const another = good.replace(signed, () => signed.exec(other.callback())![0])
    const attacks: readonly (readonly [
      string,
      string,
      string,
      { certificate: string; key: string } | null | undefined,
    ])[] = [
      ['without a certificate', good, 'access.unauthenticated', null],
      ['by a party', good, 'access.unknown-party', keysOf(edno.edno, 'troyan').tls],
      [
        'of an unknown number',
        good.replace(/<ServiceCallID>\d+/, '<ServiceCallID>999999'),
        'regix.callback-unknown',
        undefined,
      ],
      [
        'with another code',
        good.replace(promise.verificationCode, other.verificationCode),
        'regix.callback-unknown',
        undefined,
      ],
      [
        'without a code',
        good.replace(/<VerificationCode>.*<\/VerificationCode>/, ''),
        'regix.callback-unknown',
        undefined,
      ],
      [
        'with another number of its own',
        good.replace(/<ServiceCallID>\d+/, `<ServiceCallID>${other.callId}`),
        'regix.callback-unknown',
        undefined,
      ],
      ['of another question', another, 'regix.callback-answer', undefined],
      ['changed', good.replace('<RegistrationNumber>', '<RegistrationNumber>В'), 'regix.callback-signature', undefined],
      ['unsigned', good.replace(/<Signature .*<\/Signature>/s, ''), 'regix.callback-signature', undefined],
      ['with a DOCTYPE', `<!DOCTYPE a>${good}`, 'regix.body', undefined],
      ['that is no ExecuteCallback', good.replaceAll('ExecuteCallback', 'Execute'), 'regix.body', undefined],
      ['that is nothing', '', 'request.malformed', undefined],
    ]
    for (const [how, text, code, tls] of attacks) {
      const got = await sendBack(text, tls)
      assert.equal(got.code, code, `${how}: ${got.status} ${got.body.toString()}`)
    }
    assert.equal((await edno.fetch(id)).status, 202)
    const began = performance.now()
    const taken = await sendBack(good)
    assert.deepEqual([taken.status, taken.headers['content-type']], [200, 'text/xml; charset=utf-8'])
    assert.match(taken.body.toString(), /<ExecuteCallbackResponse xmlns="http:\/\/egov\.bg\/RegiX"\/>/)
    const answer = await edno.eventually(id)
    assert.ok(performance.now() - began < 20_000)
    assert.ok(outcomesIn(answer).includes('vehicle found'), outcomesIn(answer).join())
    assert.equal((await sendBack(good)).code, 'regix.callback-unknown')
    await until('it is told', () => promise.acknowledged)
    assert.equal(other.acknowledged, false)
  })

  it('is not asked anew by an edno that begins again: the number that it gave is known', async () => {
    registry.simulator.setDelay(LATER, 12_000)
    const before = registry.simulator.calls.get(VEHICLE) ?? 0
    const { id, promise } = await deferred('ОВ 0000 АЕ')
    await edno.restart()
    const answer = await edno.eventually(id)
    assert.ok(outcomesIn(answer).includes('vehicle found'), outcomesIn(answer).join())
    assert.equal(registry.simulator.calls.get(VEHICLE), before + 1)
    assert.equal(registry.simulator.promises.at(-1), promise)
    await until('it is told', () => promise.acknowledged)
    assert.deepEqual(await edno.ask("select kind from payload where kind like 'pushed:%'"), [])
  })
})

describe('an optional question whose answer is promised', function () {
  this.timeout(180_000)
  let registry: LaterRegistry
  let edno: DeferringEdno
  before(async () => {
    registry = await LaterRegistry.start()
    const { adaptersFolder, registries } = registry
    edno = await DeferringEdno.start(
      { 'taxi-permit': { deadlineMs: 8000, deferMs: 60_000, optional: ['vehicle'] } },
      { adaptersFolder, registries },
    )
  })
  after(async () => {
    await edno.close()
    await registry.close()
  })

  const get = (path: string, headers: Record<string, string> = {}) =>
    call(edno.edno, { method: 'GET', path, headers, tls: keysOf(edno.edno, 'troyan').tls })
  const listed = async (id: string): Promise<{ call: string; issuedAt: string; href: string }[]> => {
    const { status, body } = await get(`/v1/exchanges/${id}/supplements`)
    assert.equal(status, 200, body.toString())
    return (JSON.parse(body.toString()) as { supplements: { call: string; issuedAt: string; href: string }[] })
      .supplements
  }
  const seal = (): string => keysOf(edno.edno, 'troyan').brokerCertificate

  it('holds no answer up; what comes is signed as a supplement, and shown wherever the exchange is', async () => {
    registry.simulator.setDelay(LATER, 12_000)
    const before = registry.simulator.calls.get(VEHICLE) ?? 0
    const application = edno.compose('taxi')
    const id = application.exchangeId
    const answer = await edno.send(edno.sign(application))
    assert.equal(answer.status, 200, answer.body.toString())
    assert.ok(outcomesIn(answer).includes('vehicle late'), outcomesIn(answer).join())
    assert.deepEqual(await listed(id), [])

    // The insurance is asked about by what the vehicle's answer holds, so it comes after it.
    await until('both are signed', async () => (await listed(id)).length === 2)
    const supplements = await listed(id)
    assert.deepEqual(
      supplements.map(({ call: name }) => name),
      ['vehicle', 'insurance'],
    )
    const [vehicle] = supplements
    const promise = registry.simulator.promises.at(-1)!
    assert.equal(registry.simulator.calls.get(VEHICLE), before + 1, 'it is asked once')
    await until('it is told', () => promise.acknowledged)

    const { status, body } = await get(vehicle!.href)
    assert.equal(status, 200)
    assert.notEqual(signedContent(body, readCertificate(seal()), 'supplement'), undefined)
    const text = body.toString()
    const digest = createHash('sha256').update(answer.body).digest('base64')
    for (const said of [
      `<ExchangeId>${id}</ExchangeId>`,
      `<AnswerDigest>${digest}</AnswerDigest>`,
      '<Call>vehicle</Call>',
      '<Outcome>found</Outcome>',
      `<SourceReference>regix:${promise.callId}</SourceReference>`,
      '<SignedByRegistry>true</SignedByRegistry>',
    ])
      assert.ok(text.includes(said), `${said} is not in ${text}`)

    assert.deepEqual((await edno.fetch(id)).body, answer.body, 'the answer stays what it was')
    assert.deepEqual(await edno.eventsOf(id), ['opened', 'answered', 'late', 'late'])
    const streamed = await get(`/v1/exchanges/${id}`, { Accept: 'text/event-stream' })
    assert.match(streamed.body.toString(), /event: answer[^]*event: supplement\n[^]*"call":"vehicle"/)
    const container = await get(`/v1/exchanges/${id}/evidence`)
    const { findings } = await verifyContainer(container.body, { seals: [seal()], logKey: edno.edno.app.logKey })
    assert.deepEqual(
      findings.filter(({ holds }) => !holds).map(({ what }) => what),
      [],
    )
    assert.deepEqual(
      findings
        .filter(({ what, about }) => what.startsWith('supplement.') && about === 'vehicle')
        .map(({ what }) => what),
      ['supplement.signature', 'supplement.commitment'],
    )
  })
})
