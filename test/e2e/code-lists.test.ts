import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newApplication } from '../../src/client/compose.ts'
import { signedBytes } from '../../src/cli/compose.ts'
import { findRoot } from '../../src/config/root.ts'
import type { SignedFormat } from '../../src/model/exchange.ts'
import { partyId } from '../../src/model/ids.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { codeIn, envelopeOf, post, V1 } from '../support/regix.ts'

const SHIPS = 'TechnoLogica.RegiX.IAMAVesselsAdapter.APIService.IVesselsAPI.GetNomenclatures'
const BULSTAT = 'TechnoLogica.RegiX.AVBulstat2Adapter.APIService.IAVBulstat2API.FetchNomenclatures'
const asksShips = { operation: SHIPS, argument: '<NomenclaturesRequest xmlns="http://marad.bg/"/>' }
const asksBulstat = {
  operation: BULSTAT,
  argument: '<FetchNomenclatures xmlns="http://www.bulstat.bg/StateOfPlayService"/>',
}

const grant = (id: string, service: string, disclose: string, approval: string): string =>
  [
    `id: troyan-${id}`,
    'consumer: troyan',
    `service: ${service}@1`,
    'legalBases: [zavp-24a]',
    `disclose: { ${disclose} }`,
    'validFrom: 2025-01-01',
    'validUntil: 2034-12-31',
    `approvals: { ${approval} }`,
    '',
  ].join('\n')

const CODES = 'maritime-registry/vessel-nomenclatures@1'
const BY_IAMA = 'maritime-registry: { by: iama, on: 2024-12-02, reference: DEMO-IAMA-9 }'
const GRANTS = {
  'ship-codes': grant('ship-codes', 'ship-codes', `${CODES}: [vesselTypes]`, BY_IAMA),
  'regix-ship-codes': grant(
    'regix-ship-codes',
    'regix-maritime-registry-vessel-nomenclatures',
    `${CODES}: [vesselTypes, engineFuels]`,
    BY_IAMA,
  ),
  'regix-bulstat-codes': grant(
    'regix-bulstat-codes',
    'regix-bulstat-register-nomenclatures',
    'bulstat-register/nomenclatures@1: [countries, lists]',
    'bulstat-register: { by: av, on: 2024-12-02, reference: DEMO-AV-9 }',
  ),
}

/** As a service file says it: a call that asks with nothing. */
const SERVICE = `id: ship-codes
version: 1
title: { bg: Кодове на кораби, en: Codes of ships }
iisda: null
schema: schemas/services/vehicle-tax.v1.schema.json
legalBasis: [zavp-24a]
deadlineMs: 8000
calls:
  codes: { operation: ${CODES}, input: {} }
checks:
  told: { title: { bg: Има кодове, en: There are codes }, expr: size(calls.codes.vesselTypes) > 0 }
`

const textOf = ({ body }: Answered): string => body.toString()

describe('an operation without a subject', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'edno-code-lists-'))
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  before(async () => {
    for (const name of ['grants', 'services'])
      cpSync(join(findRoot(), 'config', name), join(folder, name), { recursive: true })
    for (const [name, text] of Object.entries(GRANTS))
      writeFileSync(join(folder, 'grants', `troyan-${name}.yaml`), text)
    writeFileSync(join(folder, 'services', 'ship-codes.yaml'), SERVICE)
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({
      databaseUrl,
      grantsFolder: join(folder, 'grants'),
      servicesFolder: join(folder, 'services'),
    })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
  })
  after(async () => {
    await database.destroy()
    await edno.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('answers at the RegiX door whom its owner lets ask, with the access matrix of the grant', async () => {
    const answered = await post(edno, envelopeOf({ ...asksShips, returnAccessMatrix: true }))
    const text = textOf(answered)
    assert.equal(answered.status, 200, text)
    assert.match(
      text,
      /<NomenclaturesResponse xmlns="http:\/\/marad.bg\/"><ShipTypeNomenclature><Nomenclature><Id>1<\/Id><Name>Измислен тип: лодка</,
    )
    assert.match(text, /<EngineFuelNomenclature><Nomenclature><Id>1</)
    // Withheld by the grant, and the matrix says that it is.
    assert.doesNotMatch(text, /<ShipSubTypeNomenclature>/)
    const property = (access: boolean, name: string): string =>
      `<Property><HasAccess>${access}</HasAccess><Name>${name}</Name></Property>`
    assert.ok(text.includes(property(true, 'ShipTypeNomenclature.Nomenclature.Name')), text)
    assert.ok(text.includes(property(false, 'ShipSubTypeNomenclature.Nomenclature.Name')), text)
  })

  it('answers lists within lists, in their own namespaces, by V1 too', async () => {
    const v2 = textOf(await post(edno, envelopeOf(asksBulstat)))
    const list =
      /<SimpleNomenclature><Definition><Code xmlns="http:\/\/www.bulstat.bg\/MetaDefinition">X1<\/Code>.*?<NomElement><Code xmlns="http:\/\/www.bulstat.bg\/NomenclatureEntry">000<\/Code><NameBG>Измислена правна форма<\/NameBG>/
    assert.match(v2, list)
    assert.match(v2, /<Active>true<\/Active><ISO2>XX<\/ISO2>/)
    const contentType = 'application/soap+xml; charset=utf-8'
    const v1 = await post(edno, envelopeOf({ ...asksBulstat, entry: 'v1' }), { path: V1, contentType })
    assert.match(textOf(v1), list)
  })

  it('takes no criterion at the door, and asks nobody without a grant', async () => {
    const argument = '<NomenclaturesRequest xmlns="http://marad.bg/"><EGN>8427029967</EGN></NomenclaturesRequest>'
    assert.equal(codeIn(await post(edno, envelopeOf({ ...asksShips, argument }))), 'regix.argument')
    assert.equal(codeIn(await post(edno, envelopeOf(asksShips), { party: 'lovech' })), 'access.not-granted')
    assert.equal(edno.app.simulator?.calls.get(CODES), 1)
  })

  for (const format of ['xml', 'jws'] as const)
    it(`is a call of a service that asks with nothing, in ${format}, and marks only who applied`, async () => {
      const answered = await ask(format)
      const text = format === 'xml' ? textOf(answered) : decoded(textOf(answered))
      assert.equal(answered.status, 200, text)
      assert.match(text, /Измислен тип: яхта/)
      assert.doesNotMatch(text, /Измислено гориво|Измислен подтип/)
      assert.match(text, format === 'xml' ? /<Result>pass<\/Result>/ : /"Result":"pass"/)
      const marks = await database.selectFrom('person_mark').select('part').execute()
      assert.deepEqual(new Set(marks.map(({ part }) => part)), new Set(['applicant']))
    })

  it('is asked alone by a signed application with an empty Body, as by its name in RegiX', async () => {
    for (const format of ['xml', 'jws'] as const) {
      const answered = await ask(format, 'regix-maritime-registry-vessel-nomenclatures', {})
      const text = format === 'xml' ? textOf(answered) : decoded(textOf(answered))
      assert.equal(answered.status, 200, text)
      assert.match(text, /Измислено гориво/)
      assert.doesNotMatch(text, /Измислен подтип/)
    }
  })

  // Of this owner nothing is asked.
  const OWNER = { owner: { idType: 'egn', identifier: '9225219962' } }

  async function ask(format: SignedFormat, service = 'ship-codes', body: JsonObject = OWNER): Promise<Answered> {
    const keys = keysOf(edno, 'troyan')
    const application = newApplication(
      {
        consumer: partyId('troyan'),
        service: { id: service, version: 1 },
        case: 'ТР-ДЕМО-77',
        official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
        legalBasis: 'zavp-24a',
        applicant: { identifierType: 'egn', identifier: '8427029967', names: 'Лице Измислено' },
        body,
      },
      new Date(),
    )
    const contentType = format === 'xml' ? 'application/xml' : 'application/jose'
    return call(edno, { body: signedBytes(application, keys.seal, false, format), tls: keys.tls, contentType })
  }
})

const decoded = (jws: string): string => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()
