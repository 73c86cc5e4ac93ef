import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyContainer } from '../../src/client/container/verify-container.ts'
import type { ContainerVerdict, Pins } from '../../src/client/container/verdict.ts'
import { unpackContainer } from '../../src/evidence/container.ts'
import { writeZip } from '../../src/evidence/write-zip.ts'
import { partyId } from '../../src/model/ids.ts'
import { signAcknowledgement } from '../../src/signature/acknowledgement.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { requireJudges, Unzipped } from '../support/containers.ts'
import { testDatabaseUrl, testStore } from '../support/database.ts'
import type { Store } from '../../src/store/store.ts'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { markersIn } from '../support/markers.ts'

const OTHERS_DATA = '8427029967'

describe('evidence of exchanges, over HTTPS', function () {
  this.timeout(180_000)
  let edno: TestApp
  let store: Store
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl })
    store = await testStore(databaseUrl)
  })
  after(() => edno.close())

  interface Sent {
    readonly id: string
    readonly application: Uint8Array
    readonly answer: Buffer
  }
  const send = async (name: string, format: 'xml' | 'jws' | 'jws-flattened' = 'xml'): Promise<Sent> => {
    const scenario = scenarioNamed(scenariosOf(edno.config), name)
    const application = applicationOf(scenario, [], new Date())
    const keys = keysOf(edno, scenario.party)
    const body = signedBytes(application, keys.seal, false, format)
    const contentType = { xml: 'application/xml', jws: 'application/jose', 'jws-flattened': 'application/jose+json' }[
      format
    ]
    const { status, body: answer } = await call(edno, { body, contentType, tls: keys.tls })
    assert.equal(status, 200)
    return { id: application.exchangeId, application: body, answer }
  }
  const get = (id: string, party = 'troyan', query = ''): Promise<Answered> =>
    call(edno, { method: 'GET', path: `/v1/exchanges/${id}/evidence${query}`, tls: keysOf(edno, party).tls })
  const containerOf = async (id: string, party = 'troyan'): Promise<Buffer> => {
    const { status, body } = await get(id, party)
    assert.equal(status, 200, body.toString())
    return body
  }
  const sealOf = (): string => keysOf(edno, 'troyan').brokerCertificate
  const pins = (): Pins => ({ seals: [sealOf()], logKey: edno.app.logKey })
  const failing = ({ findings }: ContainerVerdict): string[] =>
    findings.filter(({ holds }) => !holds).map(({ what }) => what)
  const grantIn = (files: ReadonlyMap<string, Uint8Array>): string =>
    [...files.keys()].find((path) => path.startsWith('grants/')) ?? assert.fail('no grant')
  const acknowledge = (
    { id, answer }: Pick<Sent, 'id' | 'answer'>,
    change: { readonly party?: string; readonly by?: string; readonly at?: string; readonly to?: string } = {},
  ): Promise<Answered> => {
    const party = change.party ?? 'troyan'
    const { seal, tls } = keysOf(edno, party)
    const said = {
      type: 'edno-acknowledgement@1' as const,
      exchangeId: id as never,
      answer: createHash('sha256').update(answer).digest('hex'),
      by: partyId(change.by ?? party),
      at: change.at ?? new Date().toISOString(),
    }
    const jws = signAcknowledgement(said, { keyPem: seal.key, certificatePem: seal.certificate })
    return hand(change.to ?? id, jws, tls)
  }
  const hand = (id: string, jws: string, tls = keysOf(edno, 'troyan').tls): Promise<Answered> =>
    call(edno, {
      path: `/v1/exchanges/${id}/acknowledgement`,
      body: Buffer.from(jws),
      contentType: 'application/jose',
      tls,
    })

  describe('a container', () => {
    let sent: Sent
    let own: Buffer
    before(async () => {
      sent = await send('taxi')
      own = await containerOf(sent.id)
    })

    it('is ASiC-E: unzip finds nothing wrong, mimetype is the first file, and no name tells of a person', async function () {
      requireJudges(this)
      const { headers } = await get(sent.id)
      assert.equal(headers['content-type'], 'application/vnd.etsi.asic-e+zip')
      assert.match(String(headers['content-disposition']), new RegExp(`${sent.id}\\.asice`))
      const file = join(edno.config.dataDirectory, 'test.asice')
      writeFileSync(file, own)
      assert.equal(spawnSync('unzip', ['-t', file]).status, 0)
      const { stdout } = spawnSync('unzip', ['-Z1', file], { encoding: 'utf8' })
      const names = stdout.trim().split('\n')
      assert.equal(names[0], 'mimetype')
      for (const name of [
        'META-INF/manifest.xml',
        'META-INF/ASiCManifest.xml',
        'META-INF/signatures.xml',
        'README.txt',
      ])
        assert.ok(names.includes(name), name)
      assert.deepEqual(markersIn(Buffer.from(stdout)), [])
      assert.deepEqual(
        (await unpackContainer(own))
          .get('META-INF/manifest.xml')!
          .toString()
          .match(/full-path="[^"]+"/g)!.length,
        names.length - 3,
      )
    })

    it('is the same bytes when it is asked for again, also after the log has grown', async () => {
      assert.deepEqual(await containerOf(sent.id), own)
      await send('taxi')
      assert.deepEqual(await containerOf(sent.id), own)
    })

    it('holds application and answer as they travelled, and verifies by the keys that are known beforehand', async () => {
      const files = await unpackContainer(own)
      assert.deepEqual(files.get('application.xml'), Buffer.from(sent.application))
      assert.deepEqual(files.get('answer.xml'), sent.answer)
      const verdict = await verifyContainer(own, pins())
      assert.deepEqual(failing(verdict), [])
      assert.deepEqual(verdict.questions, { asked: 'yes', answered: 'yes', reached: 'unknown' })
      assert.ok(!verdict.unknown.some(({ what }) => what === 'keys.own'))
      // The development authority is asked by nobody.
      assert.ok(verdict.unknown.some(({ what }) => what === 'application.revocation'))
      assert.ok(verdict.unknown.some(({ what, about }) => what === 'grant.unsigned' && about?.startsWith('troyan')))
    })

    it('holds the grant of the configuration as the decision read it, and of no other party', async () => {
      const files = await unpackContainer(own)
      const path = grantIn(files)
      const grant = JSON.parse(files.get(path)!.toString()) as Record<string, unknown>
      assert.deepEqual([grant['id'], grant['consumer']], ['troyan-taxi-permit', 'troyan'])
      const { result } = JSON.parse(files.get('decision.json')!.toString()) as {
        result: { file: { grant: string; digest: string } }
      }
      assert.deepEqual([result.file.grant, path], ['troyan-taxi-permit', `grants/${result.file.digest}.json`])
      assert.equal([...files.keys()].filter((each) => each.startsWith('grants/')).length, 1)
      const { findings } = await verifyContainer(own, pins())
      assert.ok(findings.some(({ what, about, holds }) => what === 'grant.digest' && about === path && holds))
    })

    it('has a README whose commands, run as they stand, all succeed', async function () {
      requireJudges(this)
      const unzipped = new Unzipped(own)
      const { status, said } = unzipped.runReadme()
      assert.equal(status, 0, said)
      assert.match(said, /application\.xml: OK[^]*answer\.xml: OK/)
      unzipped.close()
    })

    it('fails by its README as soon as one file is another', async function () {
      requireJudges(this)
      const changes: readonly [string, (text: string) => string][] = [
        ['application.xml', (text) => text.replace('<Case>', '<Case> ')],
        ['answer.xml', (text) => text.replace('pass', 'fail')],
        ['decision.json', (text) => text.replace('granted', 'grantet')],
        ['log/1-opened.json', (text) => text.replace('opened', 'openeD')],
        ['log/checkpoint', (text) => text.replace(/\n(\d)/, '\n1$1')],
        ['salts/answer', (text) => text.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))],
        ['plan.json', (text) => `${text} `],
        [grantIn(await unpackContainer(own)), (text) => text.replace('2034', '2035')],
      ]
      for (const [path, change] of changes) {
        const unzipped = new Unzipped(own)
        const before = unzipped.text(path)
        unzipped.write(path, change(before))
        assert.notEqual(unzipped.text(path), before, path)
        assert.notEqual(unzipped.runReadme().status, 0, path)
        unzipped.close()
      }
    })

    it('is judged by xmlsec1 with the certificate of edno alone', async function () {
      requireJudges(this)
      const unzipped = new Unzipped(own)
      const seal = join(unzipped.folder, 'seal.pem')
      writeFileSync(seal, sealOf())
      const id = 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'
      const verify = (certificate: string, path: string) =>
        spawnSync('xmlsec1', ['--verify', '--id-attr:Id', id, '--pubkey-cert-pem', certificate, path], {
          cwd: unzipped.folder,
        })
      assert.equal(verify(seal, 'META-INF/signatures.xml').status, 0)
      assert.equal(verify(seal, 'answer.xml').status, 0)
      const consumer = join(unzipped.folder, 'certificates', 'application.crt')
      assert.notEqual(verify(consumer, 'META-INF/signatures.xml').status, 0)
      unzipped.write('plan.json', `${unzipped.text('plan.json')} `)
      assert.notEqual(verify(seal, 'META-INF/signatures.xml').status, 0)
      unzipped.close()
    })

    it('says of each file that was changed, left out or added that it was', async () => {
      const files = await unpackContainer(own)
      const repack = (change: Map<string, Buffer>): Promise<Buffer> =>
        writeZip([
          { path: 'mimetype', bytes: Buffer.from('application/vnd.etsi.asic-e+zip') },
          ...[...change].map(([path, bytes]) => ({ path, bytes })),
        ])
      assert.deepEqual(failing(await verifyContainer(await repack(new Map(files)), pins())), [])
      for (const [path, bytes] of files) {
        const without = new Map(files)
        without.delete(path)
        const changed = new Map(files).set(path, Buffer.concat([bytes, Buffer.from(' ')]))
        for (const tampered of [without, changed]) {
          const verdict = await verifyContainer(await repack(tampered), pins())
          assert.equal(verdict.holds, false, path)
          assert.equal(verdict.questions.asked, 'no', path)
        }
      }
      const added = await verifyContainer(await repack(new Map(files).set('extra.txt', Buffer.from('x'))), pins())
      assert.deepEqual(
        added.findings.filter(({ holds }) => !holds),
        [{ what: 'container.files', holds: false, about: 'extra.txt' }],
      )
    })

    it('does not hold by the seal or the log key of another edno, and without any says that it cannot be known', async () => {
      const { seal } = keysOf(edno, 'lovech')
      assert.ok(
        failing(await verifyContainer(own, { ...pins(), seals: [seal.certificate] })).includes('container.seal'),
      )
      const other = 'edno.example.bg/exchange-log+00000000+AAAA'
      assert.ok(failing(await verifyContainer(own, { ...pins(), logKey: other })).includes('checkpoint.signature'))
      assert.ok((await verifyContainer(own, { seals: [] })).unknown.some(({ what }) => what === 'keys.own'))
    })
  })

  for (const format of ['jws', 'jws-flattened'] as const)
    it(`of applications in JSON is verified by openssl alone (${format})`, async function () {
      requireJudges(this)
      const { id, answer } = await send('taxi', format)
      assert.equal((await acknowledge({ id, answer })).status, 201)
      const container = await containerOf(id)
      const unzipped = new Unzipped(container)
      const { status, said } = unzipped.runReadme()
      assert.equal(status, 0, said)
      unzipped.close()
      assert.deepEqual(failing(await verifyContainer(container, pins())), [])
    })

  describe('is cut to its reader', () => {
    let sent: Sent
    before(async () => {
      sent = await send('vehicle-tax')
    })
    const namesOf = async (party: string): Promise<string[]> => [
      ...(await unpackContainer(await containerOf(sent.id, party))).keys(),
    ]

    it("an auditor gets every registry's answer as it came, but where another person's data was in it", async () => {
      const container = await containerOf(sent.id, 'audit-office')
      const verdict = await verifyContainer(container, pins())
      assert.deepEqual(failing(verdict), [])
      assert.equal(verdict.view, 'whole')
      assert.ok(verdict.findings.some(({ what }) => what === 'registry.commitment'))
      assert.ok(verdict.unknown.some(({ what }) => what === 'registry.other-persons-data'))
      assert.ok(!container.includes(OTHERS_DATA))
    })

    it('an auditor reads by an authority that is named which registry signed its answer, and that a changed one does not hold', async () => {
      const container = await containerOf(sent.id, 'audit-office')
      const authority = edno.app.keys.development?.caFile
      assert.ok(authority !== undefined)
      const registryAuthorities = readFileSync(authority, 'utf8')
      const open = await verifyContainer(container, pins())
      const told = open.unknown.filter(({ what }) => what === 'registry.signature-authority')
      assert.ok(told.length > 0)
      const known = await verifyContainer(container, { ...pins(), registryAuthorities })
      const signed = known.findings.filter(({ what }) => what === 'registry.signature')
      assert.deepEqual(
        signed.map(({ holds, about, by }) => ({ holds, about, by })),
        told.map(({ about, by }) => ({ holds: true, about, by })),
      )
      assert.match(signed[0]?.by ?? '', /CN=simulated registries/)
      assert.equal(known.holds, true)
      const [call = ''] = signed.flatMap(({ about }) => about ?? [])
      const files = new Map(await unpackContainer(container))
      const path = [...files.keys()].find((each) => each.startsWith(`registries/${call}.answer.`)) ?? ''
      const text = files.get(path)?.toString() ?? ''
      const changed = text.replace(/(<Response id="response">.*?>)([А-Яа-я0-9])/s, '$1Ъ')
      assert.notEqual(changed, text)
      files.set(path, Buffer.from(changed))
      const mimetype = { path: 'mimetype', bytes: Buffer.from('application/vnd.etsi.asic-e+zip') }
      const tampered = await writeZip([mimetype, ...[...files].map(([name, bytes]) => ({ path: name, bytes }))])
      const { findings, questions } = await verifyContainer(tampered, { ...pins(), registryAuthorities })
      assert.deepEqual(
        findings.filter(({ what, about, holds }) => what.startsWith('registry.') && about === call && !holds),
        [
          { what: 'registry.commitment', holds: false, about: call },
          { what: 'registry.signature', holds: false, about: call },
        ],
      )
      assert.equal(questions.answered, 'no')
    })

    it('the consumer gets no more of an answer than was agreed', async () => {
      const verdict = await verifyContainer(await containerOf(sent.id), pins())
      assert.deepEqual(failing(verdict), [])
      assert.ok(verdict.unknown.some(({ what }) => what === 'registry.not-agreed-whole'))
      const names = await namesOf('troyan')
      const files = await unpackContainer(await containerOf(sent.id))
      for (const name of names.filter((each) => each.startsWith('salts/registry.'))) {
        const call = name.slice('salts/registry.'.length)
        assert.ok(
          names.some((each) => each.startsWith(`registries/${call}.answer.`)),
          'a salt without what it opens would let others be tried',
        )
      }
      assert.ok(files.size > 10)
    })

    it('the owner of a registry gets what left of its own answers and proofs: nobody who was asked about, nothing of others', async function () {
      const container = await containerOf(sent.id, 'mvr')
      const files = await unpackContainer(container)
      const verdict = await verifyContainer(container, pins())
      assert.deepEqual(failing(verdict), [])
      assert.deepEqual([verdict.view, verdict.questions.asked], ['registry', 'unknown'])
      for (const path of files.keys())
        assert.doesNotMatch(path, /^(application|answer|plan|decision|supplements|salts\/(request|answer))/)
      const parts = [...files.keys()].filter((path) => /^registries\/\w+\.json$/.test(path))
      assert.ok(parts.length > 0)
      for (const path of parts)
        assert.match(
          (JSON.parse(files.get(path)!.toString()) as { operation: string }).operation,
          /^vehicle-register\//,
        )
      requireJudges(this)
      const unzipped = new Unzipped(container)
      const { status, said } = unzipped.runReadme()
      assert.equal(status, 0, said)
      unzipped.close()
    })

    it('what an auditor, or the owner of a registry, reads is an entry of the log; what its consumer reads is none', async () => {
      const readings = async (): Promise<number> =>
        (await store.db.selectFrom('audit_read').select('id').where('what', '=', 'evidence').execute()).length
      const before = await readings()
      await containerOf(sent.id)
      assert.equal(await readings(), before)
      await containerOf(sent.id, 'audit-office')
      await containerOf(sent.id, 'mvr')
      assert.equal(await readings(), before + 2)
    })

    it('others get nothing, in the same words as of what does not exist', async () => {
      for (const party of ['lovech', 'gf', 'edno-operator']) {
        const { status, code } = await get(sent.id, party)
        assert.deepEqual([status, code], [404, 'exchange.unknown'], party)
      }
      const missing = await get('0195f2c0-0000-7000-8000-0000000000ff', 'audit-office')
      assert.deepEqual([missing.status, missing.code], [404, 'exchange.unknown'])
      const elsewhere = await get(sent.id, 'audit-office', '?consumer=lovech')
      assert.equal(elsewhere.code, 'exchange.unknown')
    })
  })

  describe('an acknowledgement', () => {
    let sent: Sent
    before(async () => {
      sent = await send('taxi')
    })

    it('is refused where its digest is of another answer, or it is of another exchange', async () => {
      assert.equal((await acknowledge({ ...sent, answer: Buffer.from('other') })).code, 'exchange.other-answer')
      const other = await send('taxi')
      assert.equal((await acknowledge(other, { to: sent.id })).code, 'exchange.other-answer')
    })

    it('is refused of a party that is not the consumer, by whomever it is handed in', async () => {
      assert.equal((await acknowledge(sent, { party: 'lovech' })).code, 'exchange.unknown')
      const lovech = keysOf(edno, 'lovech')
      const said = {
        ...{ type: 'edno-acknowledgement@1' as const, exchangeId: sent.id as never, by: partyId('lovech') },
        ...{ answer: createHash('sha256').update(sent.answer).digest('hex'), at: new Date().toISOString() },
      }
      const keys = { keyPem: lovech.seal.key, certificatePem: lovech.seal.certificate }
      assert.equal((await hand(sent.id, signAcknowledgement(said, keys))).code, 'signature.party-mismatch')
      assert.equal((await acknowledge(sent, { by: 'lovech' })).code, 'signature.party-mismatch')
    })

    it('is refused where its signature does not hold, it is something else that was signed, or lies in the future', async () => {
      assert.equal((await hand(sent.id, 'e30.e30.e30')).code?.split('.')[0], 'signature')
      const answer = createHash('sha256').update(sent.answer).digest('hex')
      const { seal } = keysOf(edno, 'troyan')
      const { signStatement } = await import('../../src/signature/statement.ts')
      const { ACKNOWLEDGEMENT_TYPE } = await import('../../src/signature/acknowledgement.ts')
      const keys = { keyPem: seal.key, certificatePem: seal.certificate }
      const at = new Date()
      const statement = {
        type: 'edno-acknowledgement@1',
        exchangeId: sent.id,
        answer,
        by: 'troyan',
        at: at.toISOString(),
      }
      const sign = (said: object, type = ACKNOWLEDGEMENT_TYPE): string => signStatement(said, { type, at }, keys)
      assert.equal((await hand(sent.id, sign(statement, 'edno-agreement-act+jws'))).code, 'signature.structure')
      assert.equal((await hand(sent.id, sign({ ...statement, more: 'x' }))).code, 'request.malformed')
      assert.equal((await hand(sent.id, sign({ ...statement, type: 'other' }))).code, 'request.malformed')
      assert.equal((await acknowledge(sent, { at: '2999-01-01T00:00:00.000Z' })).code, 'request.expired')
      const [header, payload, value] = sign(statement).split('.') as [string, string, string]
      const changed = Buffer.from(payload, 'base64url').toString().replace(answer, '0'.repeat(64))
      const forged = `${header}.${Buffer.from(changed).toString('base64url')}.${value}`
      assert.equal((await hand(sent.id, forged)).code, 'signature.invalid')
    })

    it('is recorded once, becomes part of the evidence, and answers the third question', async function () {
      const first = await acknowledge(sent)
      assert.equal(first.status, 201)
      assert.equal((await acknowledge(sent)).code, 'exchange.acknowledged')
      const container = await containerOf(sent.id)
      const verdict = await verifyContainer(container, pins())
      assert.deepEqual(failing(verdict), [])
      assert.deepEqual(verdict.questions, { asked: 'yes', answered: 'yes', reached: 'yes' })
      requireJudges(this)
      const unzipped = new Unzipped(container)
      const { status, said } = unzipped.runReadme()
      assert.equal(status, 0, said)
      unzipped.close()
    })

    it('of one exchange, handed in again for another, is refused', async () => {
      const other = await send('taxi')
      const files = await unpackContainer(await containerOf(sent.id))
      const jws = files.get('acknowledgement.jose')!.toString()
      assert.equal((await hand(other.id, jws)).code, 'exchange.other-answer')
      assert.equal((await hand(sent.id, jws)).code, 'exchange.acknowledged')
    })

    it('comes too early where the exchange has no answer yet', async () => {
      edno.app.simulator!.setFault('vehicle-register', { kind: 'hang' })
      try {
        const scenario = scenarioNamed(scenariosOf(edno.config), 'taxi')
        const application = applicationOf(scenario, [], new Date())
        const { seal, tls } = keysOf(edno, 'troyan')
        const body = signedBytes(application, seal, false)
        const later = await call(edno, { body, tls, headers: { Prefer: 'respond-async' } })
        assert.equal(later.status, 202)
        const early = await acknowledge({ id: application.exchangeId, answer: Buffer.from('') })
        assert.equal(early.code, 'exchange.unanswered')
        await call(edno, { method: 'DELETE', path: `/v1/exchanges/${application.exchangeId}`, tls })
      } finally {
        edno.app.simulator!.setFault('vehicle-register', undefined)
      }
    })
  })

  it('keeps what was verified in a file that was fetched: README is in both languages', async () => {
    const { id } = await send('taxi')
    const readme = (await unpackContainer(await containerOf(id))).get('README.txt')!.toString()
    assert.match(readme, /ДОКАЗАТЕЛСТВО ЗА ЕДИН ОБМЕН[^]*EVIDENCE OF ONE EXCHANGE/)
    assert.ok(readFileSync(join(edno.config.dataDirectory, 'log.vkey'), 'utf8').trim() === edno.app.logKey)
  })
})
