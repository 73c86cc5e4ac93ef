import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'mocha'
import { sql } from 'kysely'
import type { AgreementAct, AgreementContent } from '../../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import { stateOf } from '../../../../src/policy/agreement/state.ts'
import type { AccessRegister } from '../../../../src/policy/register/access-register.ts'
import { canonicalJson } from '../../../../src/schema/canonical-json.ts'
import { fileSealer } from '../../../../src/signature/seal-xml.ts'
import { sealJws } from '../../../../src/signature/seal-jws.ts'
import { ACT_TYPE } from '../../../../src/signature/verify-act.ts'
import { openStore, type Store } from '../../../../src/store/store.ts'
import { openFolder, testDatabaseUrl } from '../../../support/database.ts'
import { testPki } from '../../../support/pki.ts'
import { CATALOGUE, suspended } from '../a-governance.ts'
import { aCast, aRegister, type Cast, directoryOf, NOON, soon } from './a-register.ts'

describe('who tries to agree on behalf of another', function () {
  this.timeout(60_000)
  let store: Store
  let second: Store
  let cast: Cast
  let register: AccessRegister
  let elsewhere: AccessRegister
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    const folder = await openFolder()
    const options = { databaseUrl, dataDirectory: folder, payloadKeyFile: `${folder}/payload.key` }
    store = await openStore(options)
    second = await openStore(options)
    cast = await aCast()
    register = aRegister(store, cast)
    elsewhere = aRegister(second, cast)
  })
  after(async () => {
    await store.close()
    await second.close()
  })

  const rows = async (): Promise<string> => {
    const { rows: counts } = await sql<Record<string, number>>`select
      (select count(*) from agreement) as agreements, (select count(*) from agreement_act) as acts,
      (select count(*) from log_entry) as entries`.execute(store.db)
    return JSON.stringify(counts)
  }

  /** Refused with this code, and nothing was written. */
  const refused = async (attempt: () => Promise<unknown>, code: string, message = /./): Promise<void> => {
    const before = await rows()
    await assert.rejects(attempt, (error: Error & { code?: string }) => {
      assert.equal(error.code, code, error.message)
      assert.match(error.message, message)
      return true
    })
    assert.equal(await rows(), before)
  }

  const proposed = async (change: Partial<AgreementContent> = {}): Promise<AgreementContent> => {
    const content = cast.content(change)
    await register.propose([cast.proposal(content)], NOON)
    return content
  }
  const agreed = async (): Promise<AgreementContent> => {
    const content = await proposed()
    await register.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON)
    return content
  }
  const sealAs = (content: string, name: 'ministry' | 'town', type = ACT_TYPE): string =>
    Buffer.from(
      sealJws(content, fileSealer(cast.leaves[name].certificate, cast.leaves[name].key), {
        format: 'jws',
        type,
        at: NOON,
      }),
    ).toString()

  it('is refused an acceptance that another party signed', async () => {
    const content = await proposed()
    const act = cast.act(content, 'accept', 'ministry')
    for (const thief of ['town', 'city', 'police', 'edno-operator'] as const)
      await refused(() => register.act(cast.sign(act, thief), NOON), 'agreement.not-a-side', /signed by/)
  })

  it('is refused an act of who is no side, and of the operator all but suspending', async () => {
    const content = await agreed()
    for (const kind of ['revoke', 'suspend', 'resume'] as const)
      await refused(() => register.act(cast.sign(cast.act(content, kind, 'police')), NOON), 'agreement.not-a-side')
    for (const kind of ['accept', 'refuse', 'withdraw', 'revoke', 'resume'] as const)
      await refused(
        () => register.act(cast.sign(cast.act(content, kind, 'edno-operator')), NOON),
        'agreement.act-refused',
        /operator may suspend/,
      )
  })

  it('is refused an act that names another agreement, provider, consumer, registry or service', async () => {
    const content = await proposed()
    const other = await proposed()
    const change = async (wrong: Partial<AgreementAct>, code = 'agreement.content'): Promise<void> =>
      refused(() => register.act(cast.sign(cast.act(content, 'accept', 'ministry', wrong)), NOON), code)
    await change({ provider: partyId('police') })
    await change({ consumer: partyId('city') })
    await change({ registry: 'cars' })
    await change({ service: serviceRef('permit', 2) })
    await change({ agreement: digestOf({ ...content, purpose: 'Anything' }) }, 'agreement.unknown')
    await register.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON)
    assert.equal(stateOf(other, (await register.find(digestOf(other)))?.acts ?? [], NOON).name, 'proposed')
  })

  it('is refused content that was changed after it was accepted', async () => {
    const content = cast.content()
    const { accept } = cast.proposal(content)
    const wider = {
      ...content,
      operations: [{ operation: operationRef('people/person@1'), fields: ['names', 'born'] }],
    }
    await refused(() => register.propose([{ content: wider, accept }], NOON), 'agreement.content', /another agreement/)
  })

  it('is refused as a consumer that names itself, or keys of the owner, as the other side', async () => {
    const propose = (change: Partial<AgreementContent>, message: RegExp): Promise<void> =>
      refused(() => register.propose([cast.proposal(cast.content(change))], NOON), 'agreement.content', message)
    await propose({ provider: partyId('town') }, /does not own the registry/)
    await propose({ provider: partyId('police') }, /does not own the registry/)
    await propose({ delegate: { party: partyId('town'), keys: [cast.keyOf('town')] } }, /different parties/)
    await propose(
      { consumer: { party: partyId('town'), keys: [cast.keyOf('ministry')] } },
      /also a key of the provider/,
    )
    await propose({ consumer: { party: partyId('town'), keys: [cast.keyOf('city')] } }, /no key of a registered/)
    await propose({ delegate: { party: partyId('village'), keys: [cast.keyOf('ministry')] } }, /also a key of the prov/)
  })

  it('is refused a proposal in the name of another consumer, or accepted by the owner instead', async () => {
    const content = cast.content()
    const accept = cast.sign(cast.act(content, 'accept', 'ministry'))
    await refused(() => register.propose([{ content, accept }], NOON), 'agreement.not-a-side', /its consumer/)
    const forged = cast.sign(cast.act(content, 'accept', 'town'), 'city')
    await refused(() => register.propose([{ content, accept: forged }], NOON), 'agreement.not-a-side')
    const refusal = cast.sign(cast.act(content, 'refuse', 'town'))
    await refused(() => register.propose([{ content, accept: refusal }], NOON), 'agreement.not-a-side')
  })

  it('is refused what catalogue and parties do not know', async () => {
    const person = { operation: operationRef('people/person@1'), fields: [] }
    const wrong: readonly [Partial<AgreementContent>, RegExp][] = [
      [{ operations: [{ ...person, fields: ['salary'] }] }, /no field/],
      [{ operations: [{ operation: operationRef('cars/car@1'), fields: [] }] }, /none that the service asks/],
      [{ operations: [person, person] }, /twice/],
      [{ service: serviceRef('permit', 9) }, /\/service is not in the catalogue/],
      [{ asks: 'ab'.repeat(32) }, /\/asks is not the digest/],
      [{ asks: '' }, /\/asks/],
      [{ withhold: ['car'] }, /no call of the service/],
      [{ legalBases: ['law-x'] }, /is not known/],
      [{ validity: { from: '2030-12-31', until: '2030-01-01' } }, /ends before/],
      [{ validity: { from: '2029-01-01', until: '2029-12-31' } }, /is over/],
      [{ purpose: 'For 8427029967' }, /identifier/],
      [{ createdAt: '2031-01-01T00:00:00.000Z' }, /future/],
      [{ quota: { perDay: 0 } }, /quota/],
      [{ id: randomUUID().toUpperCase() }, /\/id/],
    ]
    for (const [change, message] of wrong)
      await refused(() => register.propose([cast.proposal(cast.content(change))], NOON), 'agreement.content', message)
  })

  it('is refused the acceptance of fields of which only checks leave since they were proposed, by whichever side', async () => {
    const content = await proposed()
    const person = operationRef('people/person@1')
    const operations = new Map([
      ...CATALOGUE.operations,
      [person, { ...CATALOGUE.operations.get(person)!, checksOnly: true }],
    ])
    const since = aRegister(store, { ...cast, world: { ...cast.world, catalogue: { ...CATALOGUE, operations } } })
    await refused(
      () => since.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON),
      'agreement.content',
      /operations\/0\/fields names some: the operation is disclosed as a check only/,
    )
    await since.act(cast.sign(cast.act(content, 'refuse', 'ministry')), NOON)
    const narrow = cast.content({ operations: [{ operation: person, fields: [] }] })
    await since.propose([cast.proposal(narrow)], NOON)
    const { acts } = await since.act(cast.sign(cast.act(narrow, 'accept', 'ministry')), NOON)
    assert.deepEqual(
      acts.map(({ act }) => act),
      ['accept', 'accept'],
    )
  })

  it('is refused words that no canonical JSON can say', async () => {
    const content = { ...cast.content(), purpose: 'Permits \ud800' }
    const { accept } = cast.proposal(cast.content())
    await refused(
      () => register.propose([{ content, accept }], NOON),
      'agreement.content',
      /the content has no canonical JSON/,
    )
  })

  it('records all proposals of a request, or none', async () => {
    const good = cast.content()
    const bad = cast.content({ legalBases: ['law-x'] })
    await refused(() => register.propose([cast.proposal(good), cast.proposal(bad)], NOON), 'agreement.content')
    const twice = cast.proposal(good)
    await refused(() => register.propose([twice, twice], NOON), 'agreement.act-refused', /before/)
    assert.equal(await register.find(digestOf(good)), undefined)
  })

  it('is refused the same act again, however it is signed, and an older one brought later', async () => {
    const content = await agreed()
    const held = cast.act(content, 'suspend', 'ministry')
    const suspend = cast.act(content, 'suspend', 'town')
    await register.act(cast.sign(suspend), NOON)
    await register.act(cast.sign(cast.act(content, 'resume', 'town')), NOON)
    await refused(() => register.act(cast.sign(suspend), NOON), 'agreement.act-refused', /later already/)
    await register.act(cast.sign(cast.act(content, 'suspend', 'ministry')), NOON)
    await register.act(cast.sign(cast.act(content, 'resume', 'ministry')), NOON)
    await refused(() => register.act(cast.sign(held), NOON), 'agreement.act-refused', /later already/)
    const again = cast.proposal(content)
    await refused(() => register.propose([again], NOON), 'agreement.act-refused', /this agreement was proposed before/)
  })

  it('is refused an act that was held back for days, or lies ahead', async () => {
    const content = await proposed()
    const at = (when: string): Promise<void> =>
      refused(
        () => register.act(cast.sign(cast.act(content, 'accept', 'ministry', { at: when })), NOON),
        'agreement.content',
        /\/at/,
      )
    await at('2030-05-31T11:59:59.000Z')
    await at('2030-06-01T12:06:00.000Z')
  })

  it('is refused what is no act in canonical JSON, and reasons that are missing or name a person', async () => {
    const content = await proposed()
    const act = cast.act(content, 'accept', 'ministry')
    const body = canonicalJson(act)
    for (const wrong of [
      `${body} `,
      body.replace('{', '{"also":1,'),

      body.replace('"accept"', '"own"'),
    ])
      await refused(() => register.act(sealAs(wrong, 'ministry'), NOON), 'agreement.content')
    await refused(() => register.act(sealAs(JSON.stringify([act]), 'ministry'), NOON), 'request.malformed')
    const { reason: _none, ...refuse } = cast.act(content, 'refuse', 'ministry')
    await refused(() => register.act(sealAs(canonicalJson(refuse), 'ministry'), NOON), 'agreement.content')
    const naming = cast.act(content, 'refuse', 'ministry', { reason: `${'Because. '.repeat(60)}8427029967` })
    await refused(() => register.act(cast.sign(naming), NOON), 'agreement.content', /identifier/)
  })

  it('is refused tricks with the header of the JWS', async () => {
    const content = await proposed()
    const act = cast.act(content, 'accept', 'ministry')
    const jws = cast.sign(act)
    const [header = '', payload = '', value = ''] = jws.split('.')
    const claims = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>
    const withHeader = (change: Record<string, unknown>): string =>
      [Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url'), payload, value].join('.')
    const tries: readonly [string, string][] = [
      [withHeader({ alg: 'none' }), 'signature.algorithm'],
      [withHeader({ alg: 'HS256' }), 'signature.algorithm'],
      [withHeader({ jwk: {} }), 'signature.structure'],
      [withHeader({ b64: false }), 'signature.structure'],
      [withHeader({ crit: ['sigT', 'exp'] }), 'signature.structure'],
      [withHeader({ typ: 'edno-application+json' }), 'signature.structure'],
      [withHeader({ typ: undefined }), 'signature.invalid'],
      [withHeader({ sigT: '2030-06-01T00:00:00Z' }), 'signature.invalid'],
      [`${header}.${payload}.`, 'signature.missing'],
      [`${header}.${payload}`, 'signature.missing'],
      [`${jws}.${value}`, 'signature.structure'],
      [
        [header, Buffer.from(canonicalJson({ ...act, act: 'revoke' })).toString('base64url'), value].join('.'),
        'signature.invalid',
      ],
      [sealAs(canonicalJson(act), 'ministry', 'edno-application+json'), 'signature.structure'],
      [sealAs(canonicalJson(act), 'ministry', 'jose'), 'signature.structure'],
      ['', 'signature.missing'],
    ]
    for (const [wrong, code] of tries) await refused(() => register.act(wrong, NOON), code)
    const untyped = sealWithoutType(canonicalJson(act))
    await refused(() => register.act(untyped, NOON), 'signature.structure', /typ/)
  })

  /** A signature that holds, over a header that does not say what is signed. */
  const sealWithoutType = (body: string): string => {
    const { certificate, key } = cast.leaves.ministry
    const sealer = fileSealer(certificate, key)
    const [typed = ''] = sealAs(body, 'ministry').split('.')
    const { typ: _typ, ...claims } = JSON.parse(Buffer.from(typed, 'base64url').toString()) as Record<string, unknown>
    const input = [JSON.stringify(claims), body].map((text) => Buffer.from(text).toString('base64url')).join('.')
    return `${input}.${Buffer.from(sealer.sign(Buffer.from(input))).toString('base64url')}`
  }

  it('is refused certificates that are unknown, expired or of an authority nobody knows', async () => {
    const content = await proposed()
    const pki = await testPki()
    const act = cast.act(content, 'accept', 'ministry')
    const [known, ended] = [await pki.stranger('ministry'), await pki.expired('ministry')]
    const signed = (leaf: typeof known): string =>
      Buffer.from(
        sealJws(canonicalJson(act), fileSealer(leaf.certificate, leaf.key), {
          format: 'jws',
          type: ACT_TYPE,
          at: NOON,
        }),
      ).toString()
    await refused(() => register.act(signed(known), NOON), 'signature.certificate-unknown')
    const knowing = aRegister(store, { world: cast.world, directory: directoryOf({ ministry: ended }) })
    await refused(() => knowing.act(signed(ended), NOON), 'signature.certificate-expired')
  })

  it('is refused an acceptance with a key that the agreement is not bound to', async () => {
    const pki = await testPki()
    const dates = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2035-01-01T00:00:00Z') }
    const other = await pki.leaf('town', dates)
    const both = {
      ...cast.directory,
      find: (sha: string) => cast.directory.find(sha) ?? directoryOf({ town: other }).find(sha),
    }
    const content = cast.content()
    const act = cast.act(content, 'accept', 'town')
    const accept = Buffer.from(
      sealJws(canonicalJson(act), fileSealer(other.certificate, other.key), {
        format: 'jws',
        type: ACT_TYPE,
        at: NOON,
      }),
    ).toString()
    await refused(
      () => aRegister(store, { world: cast.world, directory: both }).propose([{ content, accept }], NOON),
      'access.key',
    )
  })

  it('is refused while the operator has suspended the party', async () => {
    const content = await proposed()
    const world = {
      ...cast.world,
      governance: (await aCast({ 'parties/ministry.yaml': suspended('ministry').replace('consumer', 'provider') }))
        .governance,
    }
    await refused(
      () => aRegister(store, { ...cast, world }).act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON),
      'access.suspended',
    )
  })

  it('cannot do in two processes at once what one of them could not do after the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const content = await proposed()
      const answers = await Promise.allSettled([
        register.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON),
        elsewhere.act(cast.sign(cast.act(content, 'refuse', 'ministry')), NOON),
        register.act(cast.sign(cast.act(content, 'withdraw', 'town')), NOON),
        elsewhere.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON),
      ])
      const done = answers.filter(({ status }) => status === 'fulfilled').length
      for (const answer of answers)
        if (answer.status === 'rejected')
          assert.equal((answer.reason as { code?: string }).code, 'agreement.act-refused')
      const found = await elsewhere.find(digestOf(content))
      assert.equal(found?.acts.length, 1 + done)
      assert.equal(done, 1)
    }
    const content = cast.content()
    const one = cast.proposal(content)
    const twice = await Promise.allSettled([register.propose([one], NOON), elsewhere.propose([one], NOON)])
    assert.equal(twice.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  it('cannot change what is recorded, even with the database at hand', async () => {
    await proposed()
    for (const statement of [
      sql`update agreement_act set side = 'operator'`,
      sql`delete from agreement_act`,
      sql`truncate agreement_act`,
      sql`update agreement set consumer = 'city'`,
      sql`delete from agreement`,
    ])
      await assert.rejects(statement.execute(store.db), /append-only/)
  })

  it('is told what is unknown as such', async () => {
    assert.equal(await register.find('nothing'), undefined)
    assert.equal(await register.find('ab'.repeat(32)), undefined)
    const act = cast.act(cast.content(), 'accept', 'ministry', { at: soon() })
    await refused(() => register.act(cast.sign(act), NOON), 'agreement.unknown', /no agreement of this digest/)
    assert.deepEqual(await register.list({ consumer: 'nobody' }), [])
  })
})
