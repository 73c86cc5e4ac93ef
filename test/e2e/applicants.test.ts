import 'reflect-metadata'
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyUsageFlags } from '@peculiar/x509'
import { after, before, beforeEach, describe, it } from 'mocha'
import { applicationOf, scenarioNamed, scenariosOf } from '../../src/cli/compose.ts'
import { ConfigRefused } from '../../src/config/config-refused.ts'
import { findRoot } from '../../src/config/root.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import type { Applicant, Application } from '../../src/model/application.ts'
import { signedContent } from '../../src/client/signed-content.ts'
import { readCertificate } from '../../src/pki/read-certificate.ts'
import { fileSealer, sealXml } from '../../src/signature/seal-xml.ts'
import { forged } from '../security/forge.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import type { TestIdentity } from '../support/certificates.ts'
import { makePersonAuthority, type PersonAuthority, type PersonWish } from '../support/person-certificates.ts'

const POLICIES = { card: '1.3.6.1.4.1.99999.1.1', cloud: '1.3.6.1.4.1.99999.1.2', mobile: '1.3.6.1.4.1.99999.1.3' }
const DRIVER: Applicant = { identifierType: 'egn', identifier: '8427029967', names: 'Иван Примеров Измислен' }
const FIRM: Applicant = { identifierType: 'eik', identifier: '999999995', names: 'Измислица Такси ЕООД' }
/** Represents the firm by the commercial register (config/demo/cast.yaml). */
const MANAGER = 'PNOBG-8427029993'
const DOCUMENT = '<Заявление xmlns="urn:example:permit"><Искане>Разрешение 🛶</Искане></Заявление>'
const DAY_MS = 86_400_000
const day = (offset: number): string => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10)

/** The shipped services; the taxi permit wants the applicant's own signature, or that of one who represents the firm. */
function servicesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edno-services-'))
  cpSync(join(findRoot(), 'config', 'services'), folder, { recursive: true })
  const file = join(folder, 'taxi-permit.yaml')
  const rule =
    'applicantSignature: required\nmandate: { call: trader, firm: uic, representatives: representatives.egn }\n'
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^calls:/m, `${rule}\ncalls:`))
  return folder
}

describe('the applicant signs too, over HTTPS', function () {
  this.timeout(180_000)
  let authorities: Record<'first' | 'second', PersonAuthority>
  let stranger: PersonAuthority
  let edno: TestApp
  let lists: Server
  let trust = ''
  let services = ''
  /** What the authorities' lists say; `undefined`: they are not to be had. */
  let revoked: readonly TestIdentity[] | undefined = []
  let asked: string[] = []

  before(async () => {
    authorities = {
      first: await makePersonAuthority('Първи измислен'),
      second: await makePersonAuthority('Втори измислен'),
    }
    stranger = await makePersonAuthority('Първи измислен')
    lists = createServer((request, response) => {
      const name = request.url === '/second' ? 'second' : 'first'
      asked.push(name)
      if (revoked === undefined) response.writeHead(503).end()
      else void authorities[name].list(revoked).then((list) => response.end(list))
    })
    await new Promise<void>((resolve) => lists.listen(0, '127.0.0.1', resolve))
    const { port } = lists.address() as AddressInfo
    trust = mkdtempSync(join(tmpdir(), 'edno-applicants-'))
    for (const name of ['first', 'second'] as const) {
      writeFileSync(join(trust, `${name}.crt`), authorities[name].pem)
      writeFileSync(
        join(trust, `${name}.yaml`),
        `id: ${name}\nname: { bg: Доставчик, en: Provider }\nuses: [applicants]\npolicies: [${Object.values(POLICIES).join(', ')}]\n` +
          `anchors: [${name}.crt]\nrevocation: { policy: required, crl: ['http://127.0.0.1:${port}/${name}'] }\n`,
      )
    }
    services = servicesFolder()
    edno = await testApp({ trustFolder: trust, servicesFolder: services })
  })
  beforeEach(() => {
    revoked = []
    asked = []
  })
  after(async () => {
    await edno.close()
    lists.closeAllConnections()
    lists.close()
    for (const folder of [trust, services]) rmSync(folder, { recursive: true, force: true })
  })

  const documentOf = (person: TestIdentity): string =>
    Buffer.from(forged(DOCUMENT, person, { xades: {} })).toString('base64')
  const send = (changes: Partial<Application>, to = edno): Promise<Answered> => {
    const { certificate, key } = keysOf(to, 'troyan').seal
    const composed = applicationOf(scenarioNamed(scenariosOf(to.config), 'taxi'), [], new Date())
    const body = sealXml(writeApplication({ ...composed, ...changes }), fileSealer(certificate, key))
    return call(to, { body, tls: keysOf(to, 'troyan').tls })
  }
  const questions = (): number => [...edno.app.simulator!.calls.values()].reduce((sum, n) => sum + n, 0)
  /** Issued in the dates of today, under the policy of cards, unless wished otherwise. */
  const issue = (wish: PersonWish = {}, by = authorities.first): Promise<TestIdentity> =>
    by.issue({ policy: POLICIES.card, notBefore: day(-100), notAfter: day(100), ...wish })

  for (const [name, kinds] of [
    ['first', ['rsa', 'ec', 'rsa']],
    ['second', ['ec', 'rsa', 'ec']],
  ] as const)
    for (const [index, [kind, policy]] of Object.entries(POLICIES).entries())
      it(`with a ${kind} certificate of the ${name} provider (${kinds[index] ?? 'ec'}): answered`, async () => {
        const person = await issue({ policy, key: kinds[index] ?? 'ec' }, authorities[name])
        const { status } = await send({ applicant: DRIVER, applicantDocument: documentOf(person) })
        assert.equal(status, 200)
      })

  for (const [what, wish, code] of [
    ['under a policy that is not accepted', { policy: '1.3.6.1.4.1.99999.2.1' }, 'applicant.certificate-untrusted'],
    ['without ЕГН', { identifiers: [] }, 'applicant.mismatch'],
    ['of another person', { identifiers: [MANAGER] }, 'applicant.mismatch'],
    ['of a person of another country', { identifiers: ['PNORO-8427029967'] }, 'applicant.mismatch'],
    ['that has expired', { notAfter: day(-1) }, 'applicant.certificate-untrusted'],
    ['of a legal person, a seal', { identifiers: [], organisation: 'NTRBG-999999995' }, 'applicant.mismatch'],
    ['for logging in only', { usage: KeyUsageFlags.digitalSignature }, 'applicant.certificate-untrusted'],
    ['of an authority', { isAuthority: true }, 'applicant.certificate-untrusted'],
  ] as const satisfies readonly (readonly [string, PersonWish, string])[])
    it(`with a certificate ${what}: ${code}, and no registry is asked`, async () => {
      const before = questions()
      const answered = await send({ applicant: DRIVER, applicantDocument: documentOf(await issue(wish)) })
      assert.equal(answered.code, code)
      assert.equal(questions(), before)
    })

  it('with a certificate of somebody who bears the name of a provider: applicant.certificate-untrusted', async () => {
    const person = await issue({}, stranger)
    const { code } = await send({ applicant: DRIVER, applicantDocument: documentOf(person) })
    assert.equal(code, 'applicant.certificate-untrusted')
    assert.deepEqual(asked, [], 'and nobody is asked about it')
  })

  describe('where the provider must be asked anew', () => {
    let fresh: TestApp
    before(async () => {
      fresh = await testApp({ trustFolder: trust, servicesFolder: services })
    })
    after(() => fresh.close())

    it('and says nothing: applicant.revocation-unknown, 503, and the same application is answered later', async () => {
      const person = await issue()
      revoked = undefined
      const applicantDocument = documentOf(person)
      const { status, code, headers } = await send({ applicant: DRIVER, applicantDocument }, fresh)
      assert.deepEqual([status, code], [503, 'applicant.revocation-unknown'])
      assert.ok(Number(headers['retry-after']) > 0)
    })

    it('and says that it is revoked: applicant.certificate-revoked', async () => {
      const person = await issue()
      revoked = [person]
      const { status, code } = await send({ applicant: DRIVER, applicantDocument: documentOf(person) }, fresh)
      assert.deepEqual([status, code], [401, 'applicant.certificate-revoked'])
    })
  })

  it('without a document: applicant.signature-missing', async () => {
    assert.equal((await send({ applicant: DRIVER })).code, 'applicant.signature-missing')
  })

  describe('for a firm', () => {
    const answerOf = ({ body }: Answered) =>
      readAnswer(signedContent(body, readCertificate(keysOf(edno, 'troyan').brokerCertificate), 'answer')!, 'xml')

    it('by one who represents it by the commercial register: answered', async () => {
      const manager = await issue({ identifiers: [MANAGER] })
      const answered = await send({ applicant: FIRM, applicantDocument: documentOf(manager) })
      assert.equal(answered.status, 200)
      assert.equal(answerOf(answered).status, 'complete')
      assert.doesNotMatch(answered.body.toString(), /8427029993/, 'who represents the firm does not leave')
    })

    it('by somebody else: a signed refusal, applicant.mismatch, in which no evidence leaves', async () => {
      const driver = await issue()
      const answered = await send({ applicant: FIRM, applicantDocument: documentOf(driver) })
      assert.equal(answered.status, 502)
      const answer = answerOf(answered)
      assert.deepEqual(
        [answer.status, answer.problems.map(({ code }) => code), answer.parts.some(({ evidence }) => evidence)],
        ['refused', ['applicant.mismatch'], false],
      )
    })

    it('of another number than the application asks about: refused before anybody is asked', async () => {
      const before = questions()
      const manager = await issue({ identifiers: [MANAGER] })
      const other: Applicant = { ...FIRM, identifier: '999999988' }
      const { code } = await send({ applicant: other, applicantDocument: documentOf(manager) })
      assert.equal(code, 'applicant.mismatch')
      assert.equal(questions(), before)
    })
  })

  it('and edno does not start where a service requires it and nobody is trusted to certify persons', async () => {
    await assert.rejects(testApp({ servicesFolder: services }), (error: unknown) => {
      assert.ok(error instanceof ConfigRefused)
      assert.match(error.message, /taxi-permit@1 requires the signature of the applicant/)
      return true
    })
  })
})
