import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Finding, OperationInput } from '../../src/adapter-kit/adapter.ts'
import { type Catalogue, loadCatalogue } from '../../src/catalogue/catalogue.ts'
import { createDispatch } from '../../src/dispatch/fan-out.ts'
import { evaluate } from '../../src/expression/evaluate.ts'
import { assemble } from '../../src/exchange/assemble.ts'
import { plan } from '../../src/exchange/plan.ts'
import type { AssembledAnswer, ProvenRequest } from '../../src/model/exchange.ts'
import { type ExchangeId, partyId, serviceRef } from '../../src/model/ids.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { sofiaDay } from '../../src/model/sofia-day.ts'
import type { DispatchRows } from '../../src/dispatch/ports.ts'

const ROOT = join(import.meta.dirname, '../..')
const LEGAL_BASES = new Set(['zavp-24a', 'water-demo', 'zmdt-52'])
const TODAY = sofiaDay(new Date())
const NEXT_YEAR = sofiaDay(new Date(Date.now() + 365 * 86_400_000))
const LAST_YEAR = sofiaDay(new Date(Date.now() - 365 * 86_400_000))

type Registry = (input: OperationInput) => object | undefined

/** Registries in which everything is in order, about invented persons and things. */
const IN_ORDER: Readonly<Record<string, Registry>> = {
  'civil-registry/valid-person@1': () => ({ names: { first: 'Иван', family: 'Измислен' }, birthDate: '1884-07-02' }),
  'civil-registry/permanent-address@1': () => ({ municipality: 'Троян', settlement: 'Троян' }),
  'transport-licensing/taxi-driver-certificate@1': ({ egn }) => ({
    egn,
    number: 'Т-1',
    validUntil: NEXT_YEAR,
    psychologicalFitness: { fit: true, validUntil: TODAY },
  }),
  'transport-licensing/carrier-licence@1': ({ uic }) => ({
    uic,
    number: 'Л-1',
    kind: uic === '100000086' ? 'water-passenger' : 'taxi',
    status: 'active',
    validUntil: NEXT_YEAR,
  }),
  'transport-licensing/technical-inspection@1': ({ plate }) => ({
    plate,
    protocolNumber: 'П-1',
    conclusion: 'pass',
    nextInspection: NEXT_YEAR,
  }),
  'commercial-register/actual-state@1': ({ uic }) => ({
    uic,
    name: 'Измислица Такси ЕООД',
    legalForm: 'ЕООД',
    status: 'active',
    seat: 'Троян',
    representatives: [{ egn: '8427029993', name: 'Мария Измислена' }],
  }),
  'vehicle-register/registration@1': ({ plate }) => ({
    plate,
    vin: 'EDNTESTVEHCLE0001',
    category: 'M1',
    owner: { kind: 'company', uic: '999999995', name: 'Измислица Такси ЕООД' },
  }),
  'public-debts/obligations@1': ({ identifier, idType }) => ({ identifier, idType, status: 'absent' }),
  'criminal-records/conviction@1': ({ egn }) => ({ egn, convicted: false }),
  'guarantee-fund/motor-insurance@1': ({ vin }) => ({
    vin,
    policyNumber: 'BG-1',
    insurer: 'Измислен застраховател',
    validFrom: LAST_YEAR,
    validUntil: NEXT_YEAR,
  }),
  'maritime-registry/seafarer-certificates@1': ({ egn }) => ({
    egn,
    certificates: [
      { number: 'С-1', type: 'правоспособност', qualification: 'Водач на кораб до 40 БТ', validUntil: NEXT_YEAR },
    ],
  }),
  // As the real one does, it answers about everybody whose identifier starts with the same six symbols.
  'maritime-registry/vessels-by-owner@1': ({ identifier }) => ({
    vessels: [
      {
        name: 'Лодка',
        registrationNumber: 'ДЕМО-1',
        status: 'active',
        owners: [{ kind: 'company', identifier, name: 'О' }],
      },
      {
        name: 'Чужда',
        registrationNumber: 'ДЕМО-9',
        status: 'erased',
        owners: [{ kind: 'person', identifier: '1000009999', name: 'ЧУЖД' }],
      },
    ],
  }),
}

const NO_ROWS: DispatchRows = {
  begin: (_plan, calls) => Promise.resolve(new Map(calls.map(({ name }) => [name, 1]))),
  uncount: () => Promise.resolve(),
  addItems: () => Promise.resolve(),
  endAttempt: () => Promise.resolve(),
  end: () => Promise.resolve(),
}

/** Plans, asks and assembles, with every field of every operation disclosed. */
async function run(
  catalogue: Catalogue,
  id: string,
  body: JsonObject,
  changes: Readonly<Record<string, Registry>> = {},
): Promise<AssembledAnswer> {
  const registries = { ...IN_ORDER, ...changes }
  const service = catalogue.services.get(serviceRef(id, 1))
  assert.ok(service)
  const request = {
    stage: 'proven',
    exchangeId: '0198c7b2-0000-7000-8000-000000000001' as ExchangeId,
    consumer: partyId('troyan'),
    application: {
      service: { id, version: 1 },
      case: 'ТР-1',
      official: { identifier: 'o', names: 'Служител Измислен', position: 'експерт' },
      applicant: { identifierType: 'eik', identifier: '999999995', names: 'Измислица' },
      body,
    },
    service: service.definition.ref,
    known: service,
    legalBasis: { code: 'zavp-24a', text: { bg: 'ЗАвП', en: 'RTA' } },
    disclosure: Object.fromEntries(
      service.definition.calls.map(({ name, operation }) => [name, catalogue.operations.get(operation)?.fields ?? []]),
    ),
    receivedAt: new Date(),
    requestDigest: Buffer.alloc(32),
    signatureDigest: Buffer.alloc(32),
  } as unknown as ProvenRequest
  const made = plan(request, {})
  const fanOut = createDispatch({
    operations: catalogue.operations,
    ask: (operation, input) => Promise.resolve(findingOf(registries[operation]?.(input), input)),
    rows: NO_ROWS,
    clock: () => new Date(),
    consumerOf: () => ({ name: 'Община Троян', oid: undefined }),
    serviceTitle: () => 'Услуга',
    log: { info: () => undefined, warn: () => undefined },
  })
  return assemble(made, await fanOut({ stage: 'opened', plan: made, known: [] }), new Date())
}

function findingOf(evidence: object | undefined, input: OperationInput): Finding {
  const echo = Object.values(input)[0] ?? ''
  const base = { asOf: TODAY, sourceReference: 'ref', signedByRegistry: false, echo }
  return evidence === undefined ? { ...base, status: 'not-found' } : { ...base, status: 'found', evidence }
}

const outcomesOf = ({ parts }: AssembledAnswer): Record<string, string> =>
  Object.fromEntries(parts.map(({ call, outcome }) => [call, outcome]))
const checksOf = ({ checks }: AssembledAnswer): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, result }) => [id, result]))
const without = (operation: string): Record<string, Registry> => ({ [operation]: () => undefined })

const TAXI = {
  driver: { egn: '8427029967' },
  trader: { kind: 'company', uic: '999999995' },
  vehicle: { plate: 'OB 0000 aa' },
}
const BOAT = {
  skipper: { egn: '8427029967' },
  operator: { uic: '100000086' },
  vessel: { registrationNumber: 'ДЕМО-1' },
  reservoir: 'Язовир Измислен',
}

const FIRM_TAX = { owner: { idType: 'eik', identifier: '999999995' }, vehicle: { plate: 'ОВ0000АА' } }
const PERSON_TAX = { owner: { idType: 'egn', identifier: '9225219962' } }

const PERSON = 'civil-registry/valid-person@1'
const ADDRESS = 'civil-registry/permanent-address@1'
const DRIVER = 'transport-licensing/taxi-driver-certificate@1'
const FIRM = 'commercial-register/actual-state@1'
const LICENCE = 'transport-licensing/carrier-licence@1'
const CAR = 'vehicle-register/registration@1'
const INSPECTION = 'transport-licensing/technical-inspection@1'
const DEBTS = 'public-debts/obligations@1'
const CONVICTION = 'criminal-records/conviction@1'
const POLICY = 'guarantee-fund/motor-insurance@1'
const SEAFARER = 'maritime-registry/seafarer-certificates@1'
const VESSELS = 'maritime-registry/vessels-by-owner@1'

/** A record in which only its subject is told. */
const bare = (operation: string, subject: string): Record<string, Registry> => ({
  [operation]: (input) => ({ [subject]: input[subject] }),
})
const firmOf = (representatives: readonly object[]): Record<string, Registry> => ({
  [FIRM]: ({ uic }) => ({ uic, status: 'active', representatives }),
})
const OF_MANAGERS = ['managers-alive', 'managers-unconvicted']
const noVessels: Record<string, Registry> = { [VESSELS]: () => ({ vessels: [] }) }
/** What is told of a call where all its lists are empty and nothing else is said. */
const EMPTY = { vessels: [], certificates: [] }

describe('the services of the catalogue', function () {
  this.timeout(60_000)
  let catalogue: Catalogue
  before(async () => {
    catalogue = await loadCatalogue({ root: ROOT, legalBases: LEGAL_BASES })
  })

  it('are the three of the first issue, and the boats are marked as a demonstration', () => {
    const composite = [...catalogue.services.values()].filter(({ definition }) => definition.single !== true)
    const refs = composite.map(({ definition }) => definition.ref)
    assert.deepEqual(refs, ['taxi-permit@1', 'vehicle-tax@1', 'water-taxi-permit@1'])
    assert.equal(catalogue.services.get(serviceRef('water-taxi-permit', 1))?.definition.demonstration, true)
  })

  it('are besides one for each operation that has a name in RegiX, which asks that one question', () => {
    for (const [name, { operation, service, map }] of catalogue.regix) {
      if (service === undefined) continue
      const { single, calls, checks } = catalogue.services.get(service)!.definition
      assert.equal(map.operation, name)
      assert.equal(single, true)
      assert.deepEqual([calls.map((call) => call.operation), checks], [[operation], []])
    }
    assert.ok(catalogue.regix.get('TechnoLogica.RegiX.GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch')?.service)
  })

  it('are none for what is disclosed as a check only: a conviction is read by checks and by nothing else', () => {
    const closed = [...catalogue.regix.values()].filter(({ service }) => service === undefined)
    assert.deepEqual(
      closed.map(({ operation }) => operation),
      [CONVICTION],
    )
    const calls = [...catalogue.services.values()].flatMap(({ definition }) => definition.calls)
    assert.deepEqual(
      calls.filter(({ checksOnly }) => checksOnly === true).map(({ name, operation }) => [name, operation]),
      [['convictions', CONVICTION]],
    )
  })

  it('ask registries for no more than their expressions read', () => {
    const taxi = catalogue.services.get(serviceRef('taxi-permit', 1))?.definition
    const read = Object.fromEntries(taxi?.calls.map(({ name, referenced }) => [name, referenced]) ?? [])
    assert.deepEqual(read['trader'], ['representatives.egn', 'status'])
    assert.deepEqual(read['driver'], ['deathDate'])
  })

  it('answer the taxi permit completely, whatever way the plate is written', async () => {
    const answer = await run(catalogue, 'taxi-permit', TAXI)
    assert.equal(answer.status, 'complete')
    assert.deepEqual(outcomesOf(answer), {
      driver: 'found',
      driverCertificate: 'found',
      trader: 'found',
      debts: 'found',
      licence: 'found',
      vehicle: 'found',
      inspection: 'found',
      insurance: 'found',
      'managers.0': 'found',
      'convictions.0': 'found',
    })
    assert.deepEqual(new Set(Object.values(checksOf(answer))), new Set(['pass']))
    assert.equal(answer.checks.length, 11)
    const vehicle = answer.parts.find(({ call }) => call === 'vehicle')
    assert.equal(vehicle?.evidence?.['plate'], 'ОВ0000АА')
  })

  it('see a dead driver, an owner who is a person, an expired inspection, a firm in liquidation and in debt', async () => {
    const checks = checksOf(
      await run(catalogue, 'taxi-permit', TAXI, {
        'civil-registry/valid-person@1': ({ egn }) => (egn === '8427029967' ? { deathDate: LAST_YEAR } : {}),
        'vehicle-register/registration@1': ({ plate }) => ({
          plate,
          vin: 'V',
          owner: { kind: 'person', egn: '9225219962' },
        }),
        'transport-licensing/technical-inspection@1': ({ plate }) => ({
          plate,
          conclusion: 'pass',
          nextInspection: LAST_YEAR,
        }),
        'commercial-register/actual-state@1': ({ uic }) => ({ uic, status: 'liquidation', representatives: [] }),
        'public-debts/obligations@1': ({ identifier }) => ({ identifier, status: 'present' }),
      }),
    )
    for (const id of ['driver-alive', 'owner-is-trader', 'vehicle-inspected', 'trader-active', 'trader-without-debts'])
      assert.equal(checks[id], 'fail', id)
  })

  it('skip the insurance of a vehicle that is not found, and are complete', async () => {
    const answer = await run(catalogue, 'taxi-permit', TAXI, without('vehicle-register/registration@1'))
    assert.equal(answer.status, 'complete')
    assert.deepEqual([outcomesOf(answer)['vehicle'], outcomesOf(answer)['insurance']], ['not-found', 'skipped'])
    assert.deepEqual([checksOf(answer)['owner-is-trader'], checksOf(answer)['vehicle-insured']], ['unknown', 'unknown'])
  })

  it('do not ask the commercial register about a trader who is a person', async () => {
    const person = { ...TAXI, trader: { ...TAXI.trader, kind: 'person' } }
    const answer = await run(catalogue, 'taxi-permit', person)
    assert.equal(answer.status, 'complete')
    for (const call of ['trader', 'managers', 'convictions']) assert.equal(outcomesOf(answer)[call], 'skipped', call)
  })

  it('refuse where a registry answers about another, and say about which call', async () => {
    const answer = await run(catalogue, 'taxi-permit', TAXI, {
      'transport-licensing/carrier-licence@1': () => ({
        uic: '999999988',
        kind: 'taxi',
        status: 'active',
        validUntil: NEXT_YEAR,
      }),
    })
    assert.equal(answer.status, 'refused')
    assert.deepEqual(
      answer.problems.map(({ code, call }) => [code, call]),
      [
        ['provider.required-missing', undefined],
        ['provider.other-subject', 'licence'],
      ],
    )
    assert.equal(
      answer.parts.some(({ evidence }) => evidence !== undefined),
      false,
    )
  })

  it('answer the boats with four calls of three registries, and nothing about other owners', async () => {
    const answer = await run(catalogue, 'water-taxi-permit', BOAT)
    assert.equal(answer.status, 'complete')
    assert.deepEqual(Object.keys(outcomesOf(answer)), ['skipper', 'certificates', 'vessels', 'licence'])
    assert.equal(new Set(answer.parts.map(({ operation }) => operation.split('/')[0])).size, 3)
    assert.deepEqual(new Set(Object.values(checksOf(answer))), new Set(['pass']))
    const vessels = answer.parts.find(({ call }) => call === 'vessels')
    assert.equal(vessels?.provenance?.othersDropped, true)
    assert.equal(JSON.stringify(answer).includes('ЧУЖД'), false)
  })

  it("fail the boat that is not among the operator's", async () => {
    const answer = await run(catalogue, 'water-taxi-permit', { ...BOAT, vessel: { registrationNumber: 'ДЕМО-9' } })
    assert.equal(checksOf(answer)['vessel-of-operator'], 'fail')
  })

  it('ask for the tax what the kind of owner allows', async () => {
    const person = await run(catalogue, 'vehicle-tax', { owner: { idType: 'egn', identifier: '9225219962' } })
    assert.deepEqual(outcomesOf(person), { vessels: 'found', vehicle: 'skipped', address: 'found', trader: 'skipped' })
    assert.equal(person.status, 'complete')
    const firm = await run(catalogue, 'vehicle-tax', {
      owner: { idType: 'eik', identifier: '999999995' },
      vehicle: { plate: 'ОВ0000АА' },
    })
    assert.deepEqual(outcomesOf(firm), { vessels: 'found', vehicle: 'found', address: 'skipped', trader: 'found' })
    assert.equal(checksOf(firm)['owner-of-vehicle'], 'pass')
  })

  /** Service, body, what a registry answers instead, and the checks that can then not be told. */
  const untold: readonly (readonly [string, string, JsonObject, Record<string, Registry>, readonly string[]])[] = [
    ['the person has no record', 'taxi-permit', TAXI, without(PERSON), ['driver-alive', 'managers-alive']],
    ['the driver has no certificate', 'taxi-permit', TAXI, without(DRIVER), ['driver-certified', 'driver-fit']],
    ['the certificate is empty', 'taxi-permit', TAXI, bare(DRIVER, 'egn'), ['driver-certified', 'driver-fit']],
    ['the firm has no record', 'taxi-permit', TAXI, without(FIRM), ['trader-active', ...OF_MANAGERS]],
    ['the record of the firm is empty', 'taxi-permit', TAXI, bare(FIRM, 'uic'), ['trader-active', ...OF_MANAGERS]],
    ['the register names nobody', 'taxi-permit', TAXI, firmOf([]), OF_MANAGERS],
    ['a representative has no ЕГН', 'taxi-permit', TAXI, firmOf([{ egn: '8427029993' }, {}]), OF_MANAGERS],
    ['a firm has nothing but foreigners', 'taxi-permit', TAXI, firmOf([{ name: 'Джон' }]), OF_MANAGERS],
    ['nobody knows of debts', 'taxi-permit', TAXI, without(DEBTS), ['trader-without-debts']],
    ['of debts nothing is said', 'taxi-permit', TAXI, bare(DEBTS, 'identifier'), ['trader-without-debts']],
    ['nobody knows of bulletins', 'taxi-permit', TAXI, without(CONVICTION), ['managers-unconvicted']],
    ['of bulletins nothing is said', 'taxi-permit', TAXI, bare(CONVICTION, 'egn'), ['managers-unconvicted']],
    ['there is no licence', 'taxi-permit', TAXI, without(LICENCE), ['carrier-licensed']],
    ['the licence is empty', 'taxi-permit', TAXI, bare(LICENCE, 'uic'), ['carrier-licensed']],
    ['the car has no record', 'taxi-permit', TAXI, without(CAR), ['owner-is-trader', 'vehicle-insured']],
    ['the record of the car is empty', 'taxi-permit', TAXI, bare(CAR, 'plate'), ['owner-is-trader', 'vehicle-insured']],
    ['there is no inspection', 'taxi-permit', TAXI, without(INSPECTION), ['vehicle-inspected']],
    ['the inspection is empty', 'taxi-permit', TAXI, bare(INSPECTION, 'plate'), ['vehicle-inspected']],
    ['there is no policy', 'taxi-permit', TAXI, without(POLICY), ['vehicle-insured']],
    ['the policy is empty', 'taxi-permit', TAXI, bare(POLICY, 'vin'), ['vehicle-insured']],
    ['the skipper has no record', 'water-taxi-permit', BOAT, without(PERSON), ['skipper-alive']],
    ['there is no seafarer', 'water-taxi-permit', BOAT, without(SEAFARER), ['skipper-certified']],
    ['the seafarer has no list', 'water-taxi-permit', BOAT, bare(SEAFARER, 'egn'), ['skipper-certified']],
    ['there are no vessels', 'water-taxi-permit', BOAT, without(VESSELS), ['vessel-of-operator']],
    ['the list of vessels is empty', 'water-taxi-permit', BOAT, noVessels, ['vessel-of-operator']],
    ['there is no licence on water', 'water-taxi-permit', BOAT, without(LICENCE), ['carrier-licensed']],
    ['the licence on water is empty', 'water-taxi-permit', BOAT, bare(LICENCE, 'uic'), ['carrier-licensed']],
    ['the owner has no vessels', 'vehicle-tax', FIRM_TAX, without(VESSELS), ['has-vessels', 'vessels-active']],
    ['the list of the owner is empty', 'vehicle-tax', FIRM_TAX, noVessels, ['has-vessels', 'vessels-active']],
    ['the taxed car has no record', 'vehicle-tax', FIRM_TAX, without(CAR), ['owner-of-vehicle']],
    ['the taxed car has no owner', 'vehicle-tax', FIRM_TAX, bare(CAR, 'plate'), ['owner-of-vehicle']],
    ['the taxed firm has no record', 'vehicle-tax', FIRM_TAX, without(FIRM), ['owner-active']],
    ['the taxed firm is empty', 'vehicle-tax', FIRM_TAX, bare(FIRM, 'uic'), ['owner-active']],
    ['there is no address', 'vehicle-tax', PERSON_TAX, without(ADDRESS), ['owner-has-address']],
  ]
  for (const [words, id, body, changes, ids] of untold)
    it(`have a check that is unknown, never pass, when ${words}`, async () => {
      const checks = checksOf(await run(catalogue, id, body, changes))
      for (const check of ids) assert.equal(checks[check], 'unknown', check)
    })

  it('have no check that passes on an empty list, whichever adapter answers with one', () => {
    for (const { definition } of catalogue.services.values())
      for (const { id, expr } of definition.checks) {
        // A call for each of an empty list is absent (see the tests of the scope).
        const single = definition.calls.filter(({ forEach }) => forEach === undefined)
        const calls = Object.fromEntries(single.map(({ name }) => [name, EMPTY]))
        const scope = { application: { owner: { idType: 'eik' } }, exchange: { date: TODAY }, calls }
        const result = evaluate(expr, scope)
        // Of a person the registry's adapter vouches: without a name there is no record (see its own tests).
        const ofPerson = id === 'driver-alive' || id === 'skipper-alive'
        if (!ofPerson) assert.ok(result.unknown || result.value !== true, `${definition.ref} ${id}`)
      }
  })

  const wrong: readonly (readonly [string, string, JsonObject, RegExp])[] = [
    ['a wrong check digit', 'taxi-permit', { ...TAXI, driver: { egn: '8427029968' } }, /Body\/driver\/egn/],
    ['a plate of no form', 'taxi-permit', { ...TAXI, vehicle: { plate: 'XX' } }, /Body\/vehicle\/plate/],
    ['a missing member', 'water-taxi-permit', { ...BOAT, reservoir: null }, /Body\/reservoir|reservoir/],
    ['an unknown member', 'water-taxi-permit', { ...BOAT, extra: 'x' }, /Body\/extra/],
    [
      'an ЕИК that is no ЕГН',
      'vehicle-tax',
      { owner: { idType: 'egn', identifier: '999999995' } },
      /Body\/owner\/identifier/,
    ],
  ]
  for (const [words, id, body, where] of wrong)
    it(`refuse ${words} by its place and never by its value`, () => {
      const service = catalogue.services.get(serviceRef(id, 1))
      assert.ok(service)
      assert.throws(
        () => service.readBody(body),
        (error) => {
          const { code, detail } = error as { code: string; detail: string }
          assert.equal(code, 'service.input')
          assert.match(detail, where)
          assert.doesNotMatch(detail, /8427029968|XX|999999995/)
          return true
        },
      )
    })
})
