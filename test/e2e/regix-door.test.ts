import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { verifyContainer } from '../../src/client/container/verify-container.ts'
import { findRoot } from '../../src/config/root.ts'
import { AdapterFault, type CallContext } from '../../src/adapter-kit/adapter.ts'
import { dataAdapter } from '../../src/adapter-kit/data-adapter.ts'
import { readManifest } from '../../src/adapter-kit/examples.ts'
import type { LaterAnswer, PromisedAnswer } from '../../src/adapter-kit/later-answer.ts'
import { soapEnvelope } from '../../src/adapter-kit/soap/envelope.ts'
import { signEnvelope } from '../../src/adapter-kit/soap/ws-security.ts'
import { unpackContainer } from '../../src/evidence/container.ts'
import { verifyRegixAnswer } from '../../src/signature/verify-regix-answer.ts'
import { LATER, laterAdapters } from '../support/later-registry.ts'
import { ADAPTERS } from '../support/simulator.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { requireJudges, Unzipped } from '../support/containers.ts'
import {
  BASIC,
  capturedRequests,
  codeIn,
  envelopeOf,
  personArgument,
  post,
  referenceOf,
  textIn,
  V1,
  vehicleArgument,
  VEHICLE,
  wrapped,
} from '../support/regix.ts'

/** What edno tells a RegiX of a call, here another edno. */
const clientContext = (): CallContext => ({
  ...{ exchangeId: '01900000-0000-7000-8000-000000000000', call: 'vehicle', case: 'ТР-ДЕМО-1', legalBasis: 'zavp-24a' },
  consumer: { id: 'troyan', name: 'Община Троян', oid: '2.16.100.1.1.999.1' },
  service: { id: 'x@1', title: 'Услуга' },
  official: { identifier: 'a@troyan.example', names: 'Служител Измислен', position: 'експерт' },
  fields: ['plate'],
  signal: AbortSignal.timeout(30_000),
  log: { info: () => undefined, warn: () => undefined },
})

const hasXmlsec = spawnSync('xmlsec1', ['--version']).error === undefined

describe('the RegiX door to a consumer of whom only checks are agreed', function () {
  this.timeout(180_000)

  it('is closed for single questions: an answer without fields would look like an empty register', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-regix-grants-'))
    cpSync(join(findRoot(), 'config', 'grants'), folder, { recursive: true })
    const file = join(folder, 'lovech-regix-valid-person.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(valid-person@1: ).*/, '$1checks-only'))
    const asked: string[] = []
    const edno = await testApp({
      grantsFolder: folder,
      observer: { planned: ({ service }) => void asked.push(service) },
    })
    try {
      const answered = await post(edno, envelopeOf(), { party: 'lovech' })
      assert.equal(codeIn(answered), 'access.not-granted', answered.body.toString())
      assert.deepEqual(asked, [])
    } finally {
      await edno.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** As an edno does that asks this one, and was told its seal. */
const believing = (edno: TestApp): NonNullable<CallContext['verifyAnswer']> => {
  const certificates = [new X509Certificate(readFileSync(edno.app.keys.files.seal.certificateFile))]
  return (raw, namespace) => {
    const verdict = verifyRegixAnswer(raw, { certificates, sha1: false, maxBytes: 1_000_000 }, new Date(), namespace)
    return 'data' in verdict ? verdict.data : assert.fail(verdict.refused)
  }
}

describe('the RegiX door', function () {
  this.timeout(180_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp()
  })
  after(() => edno.close())
  afterEach(() => edno.app.simulator?.setFault('civil-registry', undefined))

  for (const entryPoint of [undefined, 'v1'] as const)
    for (const asynchronous of [false, true])
      it(`answers edno's own client of ${entryPoint ?? 'v2'}, ${asynchronous ? 'later' : 'at once'}`, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'edno-regix-client-'))
        try {
          const own = join(asynchronous ? laterAdapters(folder) : ADAPTERS, LATER)
          const { ca, tls } = keysOf(edno, 'troyan')
          const endpoint = { url: `${edno.app.url}/RegiX`, ca, certificate: tls.certificate, key: tls.key }
          const manifest = readManifest(own)
          await using adapter = await dataAdapter.open({
            endpoint: entryPoint === undefined ? endpoint : { ...endpoint, entryPoint },
            folder: own,
            manifest: { ...manifest, operations: manifest.operations.map((each) => ({ ...each, timeoutMs: 20_000 })) },
          })
          const handler = adapter.operations['registration@1']!
          const kept: { promise?: PromisedAnswer } = {}
          const later: LaterAnswer = {
            promised: () => Promise.resolve(undefined),
            keep: (promise) => Promise.resolve(void (kept.promise = promise)),
            pushed: (waitMs) => pause(waitMs, undefined),
            taken: () => Promise.resolve(),
          }
          const context = { ...clientContext(), later, verifyAnswer: believing(edno) }
          const finding = await handler({ plate: 'ОВ0000АА' }, context)
          assert.ok(finding.status === 'found' && finding.signedByRegistry)
          assert.equal((finding.evidence as { plate: string }).plate, 'ОВ0000АА')
          const promise = kept.promise
          assert.equal(promise !== undefined, asynchronous)
          if (promise !== undefined) await handler.later!.acknowledge(promise, AbortSignal.timeout(5000))
          const refused = handler({ plate: 'ОВ0000АА' }, { ...clientContext(), legalBasis: 'никакво' })
          await assert.rejects(refused, (error) => AdapterFault.is(error) && /refused|unavailable/.test(error.kind))
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      })

  const textOf = ({ body }: Answered): string => body.toString()

  it('answers a question of V2 in the literal shape that old clients take apart', async () => {
    const answered = await post(edno, envelopeOf(), {
      headers: { SOAPAction: '"http://egov.bg/RegiX/IRegiXEntryPointV2/Execute"' },
    })
    assert.equal(answered.status, 200, textOf(answered))
    assert.equal(answered.headers['content-type'], 'text/xml; charset=utf-8')
    const callId = textIn(textOf(answered), 'ServiceCallID') ?? ''
    assert.match(callId, /^[1-9]\d*$/)
    assert.equal(
      textOf(answered),
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body ' +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">' +
        '<ExecuteResponse xmlns="http://egov.bg/RegiX"><ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData">' +
        `<IsReady>true</IsReady><Data id="data"><Request id="request">${personArgument('8427029967')}</Request>` +
        '<Response id="response"><ValidPersonResponse xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonResponse">' +
        '<FirstName>Иван</FirstName><SurName>Примеров</SurName><FamilyName>Измислен</FamilyName>' +
        '</ValidPersonResponse></Response><Matrix xsi:nil="true"/></Data><HasError>false</HasError><Error xsi:nil="true"/>' +
        `<ServiceCallID>${callId}</ServiceCallID></ServiceResultData></ExecuteResult></ExecuteResponse></s:Body></s:Envelope>`,
    )
  })

  it('writes every question into the exchange log as an exchange, with a receipt', async () => {
    const answered = await post(edno, envelopeOf())
    const id = String(answered.headers['edno-exchange'])
    const { tls } = keysOf(edno, 'troyan')
    const kept = await call(edno, { method: 'GET', path: `/v1/exchanges/${id}`, tls })
    assert.equal(textOf(kept), textOf(answered))
    const receipt = await call(edno, { method: 'GET', path: `/v1/exchanges/${id}/receipt`, tls })
    assert.equal(receipt.status, 200)
    const listed = await call(edno, {
      method: 'GET',
      path: '/v1/exchanges?case=%D0%A2%D0%A0-%D0%94%D0%95%D0%9C%D0%9E-1',
      tls,
    })
    const { exchanges } = JSON.parse(textOf(listed)) as { exchanges: { exchangeId: string; service: string }[] }
    assert.equal(exchanges.find(({ exchangeId }) => exchangeId === id)?.service, 'regix-civil-registry-valid-person@1')
  })

  it('keeps evidence of a question that nobody signed, which says so and holds', async () => {
    const answered = await post(edno, envelopeOf({ signResult: true }))
    const path = `/v1/exchanges/${String(answered.headers['edno-exchange'])}/evidence`
    const container = await call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })
    const files = await unpackContainer(container.body)
    assert.deepEqual(files.get('application.xml')?.toString(), envelopeOf({ signResult: true }))
    assert.deepEqual(files.get('answer.xml'), answered.body)
    const seals = [readFileSync(edno.app.keys.files.seal.certificateFile, 'utf8')]
    const { holds, findings, unknown, questions } = await verifyContainer(container.body, {
      seals,
      logKey: edno.app.logKey,
    })
    assert.ok(holds, JSON.stringify(findings.filter((finding) => !finding.holds)))
    for (const what of ['application.unsigned', 'answer.unsigned'])
      assert.ok(
        unknown.some((told) => told.what === what),
        what,
      )
    assert.deepEqual(questions, { asked: 'unknown', answered: 'unknown', reached: 'unknown' })
    for (const commitment of ['request.commitment', 'answer.commitment'])
      assert.ok(
        findings.some((finding) => finding.what === commitment && finding.holds),
        commitment,
      )
  })

  const evidenceOf = async (answered: Answered) => {
    const path = `/v1/exchanges/${String(answered.headers['edno-exchange'])}/evidence`
    const { body } = await call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })
    const seals = [readFileSync(edno.app.keys.files.seal.certificateFile, 'utf8')]
    return { container: body, verdict: await verifyContainer(body, { seals, logKey: edno.app.logKey }) }
  }

  for (const [what, before] of [
    ['a byte order mark', '\ufeff'],
    ['a line break', '\r\n'],
    ['a declaration and a comment', '<?xml version="1.0" encoding="utf-8"?><!-- x -->'],
  ] as const)
    it(`keeps evidence that holds of a question with ${what} before it`, async () => {
      const { verdict } = await evidenceOf(await post(edno, before + envelopeOf()))
      assert.deepEqual(
        verdict.findings.filter(({ holds }) => !holds),
        [],
      )
      assert.ok(verdict.unknown.some((told) => told.what === 'application.unsigned'))
    })

  it('keeps evidence of a question that was signed by WS-Security: by whom, for edno verify and for xmlsec1', async function () {
    const seal = keysOf(edno, 'troyan').seal
    const [, content = ''] = /<s:Body>(.*)<\/s:Body>/s.exec(envelopeOf()) ?? []
    const signed = `\r\n<?xml version="1.0"?>${signEnvelope(soapEnvelope(content), seal, new Date())}`
    const { container, verdict } = await evidenceOf(await post(edno, signed))
    assert.deepEqual(
      verdict.findings.filter(({ holds }) => !holds),
      [],
    )
    for (const what of ['application.signature', 'application.signer', 'request.commitment'])
      assert.ok(
        verdict.findings.some((finding) => finding.what === what),
        what,
      )
    assert.ok(!verdict.unknown.some(({ what }) => what === 'application.unsigned'))
    assert.equal(verdict.questions.asked, 'yes')
    requireJudges(this)
    const unzipped = new Unzipped(container)
    const sound = unzipped.runReadme()
    assert.equal(sound.status, 0, sound.said)
    const readme = unzipped.text('README.txt').split('\n')
    const [asked = ''] = readme.filter((line) => line.includes('soap certificates/'))
    assert.match(asked, /soap certificates\/application\.crt application\.xml/)
    // That step by itself: without the rest, of which each sees the change too.
    unzipped.write('application.xml', unzipped.text('application.xml').replace('8427029967', '9225219962'))
    const functions = readme.filter((line) => /^ {4}(set -eu|soap\(\))/.test(line))
    unzipped.write('README.txt', [...functions, asked].join('\n'))
    const changed = unzipped.runReadme()
    assert.notEqual(changed.status, 0)
    assert.match(changed.said, /data and digest do not match/)
    unzipped.close()
  })

  it('shows by the access matrix what the grant keeps back, and never writes it', async () => {
    const answered = await post(edno, envelopeOf({ argument: personArgument('8731309969'), returnAccessMatrix: true }))
    const text = textOf(answered)
    assert.doesNotMatch(text, /<DeathDate>|<BirthDate>|\b1959-/)
    assert.match(
      text,
      /<Matrix id="AccessMatrix"><HasAccess>true<\/HasAccess><Name>ValidPersonResponseType<\/Name><Properties>/,
    )
    const property = (access: boolean, name: string): string =>
      `<Property><HasAccess>${access}</HasAccess><Name>${name}</Name></Property>`
    for (const name of ['FirstName', 'SurName', 'FamilyName']) assert.ok(text.includes(property(true, name)), name)
    for (const name of ['BirthDate', 'DeathDate']) assert.ok(text.includes(property(false, name)), name)
  })

  it('says that there is no record as the registry says it: by an empty element, or by its code', async () => {
    const person = await post(edno, envelopeOf({ argument: personArgument('9932319960') }))
    assert.match(textOf(person), /<Response id="response"><ValidPersonResponse xmlns="[^"]+"\/><\/Response>/)
    assert.match(textOf(person), /<HasError>false<\/HasError>/)
    const vehicle = await post(edno, envelopeOf({ operation: VEHICLE, argument: vehicleArgument('ОВ0000ХХ') }))
    assert.match(textOf(vehicle), /<ReturnCode>0100<\/ReturnCode>/)
    const known = await post(edno, envelopeOf({ operation: VEHICLE, argument: vehicleArgument('ОВ0000АА') }))
    assert.match(textOf(known), /<ReturnCode>0000<\/ReturnCode>/)
    assert.match(textOf(known), /<RegistrationNumber>ОВ0000АА<\/RegistrationNumber>/)
    // The owner's number is not in the grant.
    assert.doesNotMatch(textOf(known), /999999995/)
  })

  it('answers V1 over SOAP 1.2, with WS-Addressing where the question has it', async () => {
    const header =
      '<a:Action xmlns:a="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">http://tempuri.org/IRegiXEntryPoint/ExecuteSynchronous</a:Action>' +
      '<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">urn:uuid:66529afb-c176-4927-93ec-388a916a7e4f</a:MessageID>' +
      '<a:To xmlns:a="http://www.w3.org/2005/08/addressing" s:mustUnderstand="true">https://elsewhere.test/RegiXEntryPoint.svc</a:To>'
    const answered = await post(edno, envelopeOf({ entry: 'v1', header }), { path: V1 })
    const text = textOf(answered)
    assert.equal(answered.headers['content-type'], 'application/soap+xml; charset=utf-8')
    assert.match(text, /^<s:Envelope xmlns:s="http:\/\/www.w3.org\/2003\/05\/soap-envelope" xmlns:a="[^"]+"><s:Header>/)
    assert.match(text, /<a:RelatesTo>urn:uuid:66529afb-c176-4927-93ec-388a916a7e4f<\/a:RelatesTo>/)
    assert.match(
      text,
      /<ExecuteSynchronousResponse xmlns="http:\/\/tempuri.org\/"><ExecuteSynchronousResult><IsReady>true<\/IsReady><Data id="data">/,
    )
    const plain = await post(edno, envelopeOf({ entry: 'v1' }), { path: '/RegiXEntryPoint.svc' })
    assert.match(textOf(plain), /^<s:Envelope xmlns:s="[^"]+"><s:Body /)
  })

  it('signs Data beside it so that xmlsec1 verifies it inside the envelope', async function () {
    if (!hasXmlsec) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'edno-regix-'))
    try {
      const seal = join(folder, 'seal.crt')
      writeFileSync(seal, readFileSync(edno.app.keys.files.seal.certificateFile))
      for (const [name, answered, namespace] of [
        [
          'v2',
          await post(edno, envelopeOf({ signResult: true, returnAccessMatrix: true })),
          'http://egov.bg/RegiX/SignedData',
        ],
        ['v1', await post(edno, envelopeOf({ entry: 'v1', signResult: true }), { path: V1 }), 'http://tempuri.org/'],
      ] as const) {
        const file = join(folder, `${name}.xml`)
        const verifies = (text: string): boolean => {
          writeFileSync(file, text)
          const args = ['--verify', '--id-attr:id', `${namespace}:Data`, '--pubkey-cert-pem', seal, file]
          return spawnSync('xmlsec1', args).status === 0
        }
        assert.ok(verifies(textOf(answered)), name)
        assert.ok(!verifies(textOf(answered).replace('Иван', 'Драган')), name)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('answers later whom that suits: a number, then the answer, and not to anybody else', async () => {
    const begun = await post(
      edno,
      envelopeOf({ first: '<RequestProcessing>Asynchronous</RequestProcessing>', signResult: true }),
    )
    assert.match(textOf(begun), /<IsReady>false<\/IsReady><Data xsi:nil="true"\/><HasError>false<\/HasError>/)
    const callId = textIn(textOf(begun), 'ServiceCallID') ?? ''
    const code = textIn(textOf(begun), 'VerificationCode') ?? ''
    const check = async (party = 'troyan', verification = code): Promise<Answered> =>
      post(edno, referenceOf('CheckResult', callId, verification), { party })
    let answered = await check()
    for (let tries = 0; tries < 100 && textIn(textOf(answered), 'IsReady') === 'false'; tries += 1) {
      await pause(50)
      answered = await check()
    }
    assert.match(
      textOf(answered),
      /<CheckResultResponse xmlns="http:\/\/egov.bg\/RegiX"><CheckResultResult><ServiceResultData/,
    )
    assert.match(textOf(answered), /<FirstName>Иван<\/FirstName>/)
    assert.match(textOf(answered), /<Signature xmlns=/)
    const other = await check('lovech')
    assert.equal(codeIn(other), 'exchange.unknown')
    assert.match(textOf(other), /No such serviceCallID could be found!/)
    assert.equal(codeIn(await check('troyan', '00000000-0000-8000-8000-000000000000')), 'exchange.unknown')
    const acknowledged = await post(edno, referenceOf('AcknowledgeResultReceived', callId, code))
    assert.match(textOf(acknowledged), /<AcknowledgeResultReceivedResponse xmlns="http:\/\/egov.bg\/RegiX"\/>/)
  })

  it('begins in V1 by Execute, and gives the answer by its number alone', async () => {
    const begun = await post(edno, envelopeOf({ entry: 'v1', element: 'Execute' }), { path: V1 })
    assert.match(
      textOf(begun),
      /<ExecuteResponse xmlns="http:\/\/tempuri.org\/"><ExecuteResult><ServiceCallID>\d+<\/ServiceCallID><HasError>false/,
    )
    const callId = textIn(textOf(begun), 'ServiceCallID') ?? ''
    const question = wrapped(
      `<CheckResult xmlns="http://tempuri.org/"><argument><ServiceCallID>${callId}</ServiceCallID></argument></CheckResult>`,
      '1.2',
    )
    let answered = await post(edno, question, { path: V1 })
    for (let tries = 0; tries < 100 && textIn(textOf(answered), 'IsReady') === 'false'; tries += 1) {
      await pause(50)
      answered = await post(edno, question, { path: V1 })
    }
    assert.match(
      textOf(answered),
      /<CheckResultResponse xmlns="http:\/\/tempuri.org\/"><CheckResultResult><IsReady>true<\/IsReady>/,
    )
    assert.match(textOf(answered), /<FirstName>Иван<\/FirstName>/)
  })

  it('tells in the words of RegiX what failed at a registry, and what is not allowed, with a code of its own', async () => {
    edno.app.simulator!.setFault('civil-registry', { kind: 'error-500' })
    const failed = await post(edno, envelopeOf())
    assert.match(
      textOf(failed),
      /<IsReady>true<\/IsReady><Data xsi:nil="true"\/><HasError>true<\/HasError><Error>\[provider\.unavailable\]/,
    )
    edno.app.simulator!.setFault('civil-registry', undefined)
    const error = async (answer: Promise<Answered>): Promise<string> => {
      const { status, body } = await answer
      assert.equal(status, 200, body.toString())
      assert.match(
        body.toString(),
        /<IsReady>false<\/IsReady>.*<HasError>true<\/HasError>.*<ServiceCallID>0<\/ServiceCallID>/,
      )
      return textIn(body.toString(), 'Error') ?? ''
    }
    assert.match(
      await error(post(edno, envelopeOf(), { party: null })),
      /^Access denied! ConsumerCertificate is not found\. \[access\.unauthenticated\]/,
    )
    assert.match(await error(post(edno, envelopeOf(), { party: 'bansko' })), /^Access denied! \[regix\.closed\]/)
    assert.match(
      await error(
        post(edno, envelopeOf({ operation: VEHICLE, argument: vehicleArgument('ОВ0000АА') }), { party: 'lovech' }),
      ),
      /^Access denied! \[access\.not-granted\]/,
    )
    const context = '<CallContext><ServiceURI>1</ServiceURI><LawReason>?</LawReason></CallContext>'
    assert.match(await error(post(edno, envelopeOf({ context }))), /^Access denied! \[access\.legal-basis\]/)
    const noCase =
      '<CallContext><LawReason>Закон за автомобилните превози, чл. 24а (таксиметрови превози на пътници)</LawReason></CallContext>'
    assert.match(await error(post(edno, envelopeOf({ context: noCase }))), /^Error occurred! \[regix\.call-context\]/)
    const elsewhere = 'TechnoLogica.RegiX.AZJobsAdapter.APIService.IAZJobsAPI.GetJobSeekerStatus'
    assert.match(
      await error(post(edno, envelopeOf({ operation: elsewhere }))),
      /^Service is disabled! \[regix\.operation-not-connected\]/,
    )
  })

  it('takes the number of a person for no number of a case, also where one may be left out', async () => {
    for (const party of ['troyan', 'lovech']) {
      const answered = await post(edno, envelopeOf().replace('ТР-ДЕМО-1', '8427029967'), { party })
      assert.equal(codeIn(answered), 'request.schema', party)
    }
  })

  it('takes what a consumer is allowed to leave out, tells it, and logs it', async () => {
    const answered = await post(edno, envelopeOf({ context: '' }), { party: 'lovech' })
    assert.equal(answered.headers['edno-assumed'], 'LawReason, ServiceURI')
    assert.match(textOf(answered), /<FirstName>Иван<\/FirstName>/)
    assert.ok(edno.logged.some((line) => line.includes('has no usable LawReason, ServiceURI')))
    assert.doesNotMatch(edno.logged.join('\n'), /8427029967|Служител/)
  })

  it('offers the composite services of edno to clients of SOAP', async () => {
    const argument =
      '<Question xmlns="urn:edno:exchange:1"><Applicant><IdentifierType>egn</IdentifierType><Identifier>9225219962</Identifier>' +
      '<Names>Собственик Измислен</Names></Applicant><Body><owner><idType>egn</idType><identifier>9225219962</identifier></owner></Body></Question>'
    const context = '<CallContext><ServiceURI>ТР-ДЕМО-ДАНЪК</ServiceURI><LawReason>zmdt-52</LawReason></CallContext>'
    const operation = 'Edno.Composite.vehicle-tax'
    const answered = await post(edno, envelopeOf({ operation, argument, context, signResult: true }))
    assert.match(textOf(answered), /<Response id="response"><Answer xmlns="urn:edno:exchange:1"><ExchangeId>/)
    assert.match(textOf(answered), /<Id>has-vessels<\/Id>.*?<Result>pass<\/Result>/)
    const none = await post(edno, envelopeOf({ operation: 'Edno.Composite.nothing', argument, context }))
    assert.equal(codeIn(none), 'regix.operation-unknown')
  })

  it('knows every name that RegiX publishes: one that nothing answers says so', async () => {
    const file = join(edno.config.root, 'schemas', 'regix', 'operations.json')
    const { operations } = JSON.parse(readFileSync(file, 'utf8')) as { operations: [string][] }
    assert.equal(operations.length, 227)
    for (const [operation] of operations) {
      const answered = await post(edno, envelopeOf({ operation }))
      const code = codeIn(answered)
      assert.ok(
        code === 'regix.operation-not-connected' || edno.app.rules.catalogue.regix.has(operation),
        `${operation}: ${code ?? textOf(answered)}`,
      )
    }
  })

  it('gives no field of what is disclosed as a check only, and says by what it is asked', async () => {
    const namespace = 'http://egov.bg/RegiX/MP/BulletinSearchRequest'
    const answered = await post(
      edno,
      envelopeOf({
        operation: 'TechnoLogica.RegiX.MPCriminalRecordsAdapter.APIService.ICriminalRecordsAPI.BulletinSearch',
        argument: `<BulletinSearchRequest xmlns="${namespace}"><EGN>9021099964</EGN></BulletinSearchRequest>`,
      }),
    )
    assert.equal(codeIn(answered), 'regix.checks-only')
    assert.match(
      textOf(answered),
      /<Error>Access denied! \[regix\.checks-only\] От тази операция излизат само отговори/,
    )
    assert.doesNotMatch(textOf(answered), /ulletins/)
  })

  it('describes itself at the address that it was asked at', async () => {
    const read = async (path: string): Promise<string> => textOf(await call(edno, { method: 'GET', path }))
    const host = new URL(edno.app.url).host
    const single = await read(`${V1}?singleWsdl`)
    assert.ok(single.includes(`<soap12:address location="https://${host}/RegiX/RegiXEntryPoint.svc"/>`))
    const pieces = await read('/RegiXEntryPointV2.svc?wsdl')
    assert.ok(pieces.includes(`location="https://${host}/RegiXEntryPointV2.svc/basic"`))
    assert.ok(pieces.includes(`schemaLocation="https://${host}/RegiXEntryPointV2.svc?xsd=xsd1"`))
    assert.match(await read('/RegiXEntryPointV2.svc?xsd=xsd1'), /targetNamespace="http:\/\/egov.bg\/RegiX\/SignedData"/)
    for (const service of ['RegiXEntryPoint.svc', 'RegiXEntryPointV2.svc'])
      for (const folder of ['', '/RegiX'])
        assert.equal(await read(`${folder}/${service}.singlewsdl.xml`), await read(`${folder}/${service}?singleWsdl`))
    assert.equal((await call(edno, { method: 'GET', path: `${BASIC}?xsd=xsd9` })).code, 'request.not-found')
  })

  it('takes the requests that real stacks sent, as they were captured', async () => {
    for (const { name, ...captured } of capturedRequests()) {
      const answered = await post(edno, captured.body, { ...captured, party: 'lovech' })
      // Its stub writes ЕГН in the namespace of the shared types, which the published schema does not.
      const expected = name.includes('jaxws') ? 'regix.argument' : undefined
      assert.equal(codeIn(answered), expected, `${name}: ${textOf(answered)}`)
    }
  })

  // The last one: the breaker of that registry may be open afterwards.
  it('tells of a registry that says nothing in the time that it has, in the form of RegiX with a code of its own', async () => {
    edno.app.simulator!.setFault('vehicle-register', { kind: 'hang' })
    const began = Date.now()
    const answered = await post(edno, envelopeOf({ operation: VEHICLE, argument: vehicleArgument('ОВ0000АА') }))
    assert.ok(Date.now() - began < 20_000)
    assert.match(
      textOf(answered),
      /<IsReady>true<\/IsReady><Data xsi:nil="true"\/><HasError>true<\/HasError><Error>\[provider\.timeout\] [^A-Za-z]+<\/Error>/,
    )
    assert.doesNotMatch(textOf(answered), /ОВ0000АА/)
  })
})
