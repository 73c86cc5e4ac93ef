import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { operationRef, partyId, registryOf, serviceRef } from '../../../src/model/ids.ts'
import { canonicalJson, sha256Hex } from '../../../src/schema/canonical-json.ts'
import type { CatalogueSummary } from '../../../src/policy/governance.ts'
import { GovernanceRefused } from '../../../src/policy/governance-refused.ts'
import { loadGovernance } from '../../../src/policy/load-governance.ts'
import { aGovernance, CATALOGUE, GRANT, partyText, PERMIT, writeGovernance } from './a-governance.ts'

/** `file:line message` of each mistake, files without their folder. */
const mistakes = (changes: Readonly<Record<string, string | undefined>>, catalogue = CATALOGUE): readonly string[] => {
  const { files, folder, remove } = writeGovernance(changes)
  try {
    loadGovernance(files, catalogue)
  } catch (error) {
    if (!(error instanceof GovernanceRefused)) throw error
    return error.mistakes.map(({ file, line, message }) => `${file.slice(folder.length + 1)}:${line} ${message}`)
  } finally {
    remove()
  }
  return []
}
const grantWith = (from: string, to: string): Record<string, string> => {
  assert.ok(GRANT.includes(from), from)
  return { 'grants/town-permit.yaml': GRANT.replace(from, to) }
}

describe('loadGovernance', () => {
  it('reads parties, grants and legal bases into one snapshot', () => {
    const governance = aGovernance()
    assert.deepEqual([...governance.parties.keys()], ['ministry', 'police', 'town', 'village'])
    assert.deepEqual(governance.parties.get(partyId('town'))?.delegates, ['village'])
    assert.equal(governance.legalBases.get('law-b')?.en, 'Act B')
    assert.equal(governance.owners.get('cars'), 'police')
    const [grant] = governance.grants
    assert.deepEqual(grant?.disclose[operationRef('people/person@1')], ['names'])
    assert.deepEqual(grant.disclose[operationRef('cars/car@1')], [])
    assert.deepEqual(grant.withhold, [])
  })

  it('fills in what a party does not say, and keeps what it says', () => {
    const more = 'totals: { cars/car@1: { perDay: 7 } }\ncontacts: { email: a@example.org }\n'
    const { parties } = aGovernance({ 'parties/police.yaml': partyText('police', 'provider', more) })
    const said = (id: string) => {
      const { delegates, totals, contacts } = parties.get(partyId(id)) ?? assert.fail()
      return { delegates, totals, contacts }
    }
    assert.deepEqual(said('ministry'), { delegates: [], totals: {}, contacts: {} })
    assert.deepEqual(said('police'), {
      ...{ delegates: [], totals: { 'cars/car@1': { perDay: 7 } }, contacts: { email: 'a@example.org' } },
    })
  })

  it('has the digest of parties, grants and legal bases alone, where no authorities are told', () => {
    const { parties, grants, legalBases, digest } = aGovernance()
    const rules = { parties: [...parties.values()], grants, legalBases: Object.fromEntries(legalBases) }
    assert.equal(digest, sha256Hex(canonicalJson(rules)))
  })

  it('has one digest for one content, however it is written, and another for another', () => {
    const digest = aGovernance().digest
    assert.match(digest, /^[0-9a-f]{64}$/)
    assert.equal(aGovernance({ 'grants/town-permit.yaml': `# a remark\n${GRANT}\n` }).digest, digest)
    assert.notEqual(aGovernance(grantWith('[names]', '[names, born]')).digest, digest)
    assert.notEqual(aGovernance({ 'parties/village.yaml': partyText('village', 'auditor') }).digest, digest)
    assert.notEqual(aGovernance({ 'legal-bases.yaml': 'law-a: { bg: Закон, en: Act A }\n' }).digest, digest)
  })

  it('has another digest where other authorities are believed, or the same for something else', () => {
    const { files, remove } = writeGovernance({})
    try {
      const digest = (authorities: readonly object[]): string =>
        loadGovernance({ ...files, authorities }, CATALOGUE).digest
      const digests = [[], [{ id: 'one', uses: ['parties'] }], [{ id: 'one', uses: ['applicants'] }]].map(digest)
      assert.equal(new Set(digests).size, 3)
      assert.equal(digests[0], loadGovernance(files, CATALOGUE).digest)
    } finally {
      remove()
    }
  })

  it('cannot be changed afterwards', () => {
    const governance = aGovernance()
    assert.throws(() => Object.assign(governance, { digest: '' }), TypeError)
    assert.throws(() => Object.assign(governance.grants[0]!, { consumer: 'village' }), TypeError)
    assert.throws(() => (governance.grants as unknown[]).push({}), TypeError)
    assert.throws(() => Object.assign(governance.parties.get(partyId('town'))!, { state: 'suspended' }), TypeError)
  })

  it('tells every mistake of every file at once, with its line', () => {
    assert.deepEqual(
      mistakes({
        'parties/police.yaml': undefined,
        'parties/village.yaml': 'id: village\nrole: mayor\n',
        'legal-bases.yaml': 'law-a: { bg: Закон А }\n',
        ...grantWith('consumer: town', 'consumer: city'),
      }),
      [
        "parties/village.yaml:1 the document must have required property 'name'",
        "parties/village.yaml:1 the document must have required property 'state'",
        "parties/village.yaml:1 the document must have required property 'certificates'",
        'parties/village.yaml:2 /role must be equal to one of the allowed values: consumer, provider, auditor, operator, portal',
        "legal-bases.yaml:1 /law-a must have required property 'en'",
        'parties/town.yaml:6 the party village does not exist',
        'grants/town-permit.yaml:2 the party city does not exist',
        'grants/town-permit.yaml:4 the legal basis law-a does not exist',
        'grants/town-permit.yaml:12 there is no provider police among the parties',
      ],
    )
  })

  const CARS = '  cars: { by: police, on: 2029-12-02, reference: P-1 }\n'
  const lies: [string, string, string, string][] = [
    [
      'a basis that others rest on',
      'legalBases: [law-a]',
      'legalBases:\n  - law-a\n  - law-d',
      'grants/town-permit.yaml:6 permit@1 does not rest on law-d',
    ],
    [
      'a call withheld that the service does not have',
      'validFrom',
      'withhold:\n  - person\n  - neighbour\nvalidFrom',
      'grants/town-permit.yaml:10 permit@1 has no call neighbour',
    ],
    [
      'an approval of another, told at its line',
      CARS,
      '  cars:\n    on: 2029-12-02\n    by: ministry\n    reference: P-1\n',
      'grants/town-permit.yaml:14 cars belongs to police, not to ministry',
    ],
    ['an unknown service', 'permit@1', 'permit@2', 'grants/town-permit.yaml:3 the service permit@2 does not exist'],
    [
      'a consumer that is a provider',
      'consumer: town',
      'consumer: police',
      'grants/town-permit.yaml:2 police is not a consumer',
    ],
    [
      'a basis the service does not know',
      '[law-a]',
      '[law-c]',
      'grants/town-permit.yaml:4 the legal basis law-c does not exist',
    ],
    ['an unknown field', '[names]', '[names, died]', 'grants/town-permit.yaml:6 people/person@1 has no field died'],
    [
      'half of a field name',
      '[names]',
      '[names.fam]',
      'grants/town-permit.yaml:6 people/person@1 has no field names.fam',
    ],
    ['a period upside down', '2030-12-31', '2029-12-31', 'grants/town-permit.yaml:9 the period ends before it begins'],
    [
      'an operation left out',
      '  cars/car@1: checks-only\n',
      '',
      'grants/town-permit.yaml:5 permit@1 asks cars/car@1: say which fields may leave, or checks-only',
    ],
    [
      'an approval by another owner',
      'cars: { by: police',
      'cars: { by: ministry',
      'grants/town-permit.yaml:12 cars belongs to police, not to ministry',
    ],
    [
      'an approval for an unknown registry',
      '  cars: {',
      '  planes: {',
      'grants/town-permit.yaml:12 the registry planes does not exist',
    ],
  ]
  it('refuses a grant of fields whose owner lets nothing but checks out', () => {
    const person = operationRef('people/person@1')
    const closed = { ...CATALOGUE.operations.get(person)!, checksOnly: true }
    const catalogue = { ...CATALOGUE, operations: new Map([...CATALOGUE.operations, [person, closed]]) }
    assert.deepEqual(mistakes({}, catalogue), [
      'grants/town-permit.yaml:6 people/person@1 is disclosed as a check only: say checks-only',
    ])
    assert.deepEqual(mistakes(grantWith('[names]', 'checks-only'), catalogue), [])
  })

  for (const [title, from, to, expected] of lies) {
    it(`refuses a grant with ${title}`, () => {
      const bases = 'law-a: { bg: Закон А, en: Act A }\nlaw-d: { bg: Закон Г, en: Act D }\n'
      const told = mistakes({ ...grantWith(from, to), 'legal-bases.yaml': bases })
      assert.deepEqual(told, [expected])
    })
  }

  it('refuses an operation that does not exist, whatever fields it names', () => {
    const more = grantWith('  cars/car@1: checks-only\n', '  cars/car@1: checks-only\n  cars/plane@1: [name]\n')
    assert.deepEqual(mistakes(more), [
      'grants/town-permit.yaml:8 permit@1 does not ask cars/plane@1',
      'grants/town-permit.yaml:8 the operation cars/plane@1 does not exist',
    ])
  })

  it('says of a registry that does not exist only that', () => {
    const more = `${GRANT}  planes: { by: police, on: 2029-12-02, reference: P-1 }\n`
    assert.deepEqual(mistakes({ 'grants/town-permit.yaml': more }), [
      'grants/town-permit.yaml:13 the registry planes does not exist',
    ])
  })

  describe('with a registry that is left out', () => {
    const without = (...gone: string[]): Omit<CatalogueSummary, 'leftOut'> => ({
      ...CATALOGUE,
      operations: new Map([...CATALOGUE.operations].filter(([operation]) => !gone.includes(registryOf(operation)))),
    })
    const leftOut = (registry: string, owner?: string) => ({
      owners: new Map([[registry, owner === undefined ? undefined : partyId(owner)]]),
    })

    it('lets stand what is granted there', () => {
      assert.deepEqual(mistakes({}, without('cars')), [
        'grants/town-permit.yaml:7 the operation cars/car@1 does not exist',
        'grants/town-permit.yaml:12 the registry cars does not exist',
      ])
      assert.deepEqual(mistakes({}, { ...without('cars'), leftOut: leftOut('cars') }), [])
      assert.deepEqual(mistakes({}, { ...without('cars', 'people'), leftOut: leftOut('cars') }), [
        'grants/town-permit.yaml:6 the operation people/person@1 does not exist',
        'grants/town-permit.yaml:11 the registry people does not exist',
      ])
    })

    it('judges who approved where its owner can be read', () => {
      assert.deepEqual(mistakes({}, { ...without('cars'), leftOut: leftOut('cars', 'police') }), [])
      assert.deepEqual(mistakes({}, { ...without('cars'), leftOut: leftOut('cars', 'harbour') }), [
        'grants/town-permit.yaml:12 cars belongs to harbour, not to police',
      ])
    })

    it('misses no service of a single question to it, and every other', () => {
      const single = GRANT.replace('service: permit@1', 'service: regix-cars-car@1').replace(
        '  people/person@1: [names]\n',
        '',
      )
      const files = { 'grants/town-permit.yaml': single }
      assert.deepEqual(mistakes(files, { ...without('cars'), leftOut: leftOut('cars') }), [])
      assert.deepEqual(mistakes(files, { ...without('people'), leftOut: leftOut('boats') }).slice(0, 1), [
        'grants/town-permit.yaml:3 the service regix-cars-car@1 does not exist',
      ])
    })
  })

  it('refuses an approval of a party that is no provider, at its line', () => {
    const approved = GRANT.replace(CARS, '  cars:\n    on: 2029-12-02\n    by: police\n    reference: P-1\n')
    assert.deepEqual(
      mistakes({ 'parties/police.yaml': partyText('police', 'auditor'), 'grants/town-permit.yaml': approved }),
      ['grants/town-permit.yaml:14 there is no provider police among the parties'],
    )
  })

  it('refuses a party that is its own delegate, at its line', () => {
    const delegates = 'delegates:\n  - village\n  - town\n'
    assert.deepEqual(mistakes({ 'parties/town.yaml': partyText('town', 'consumer', delegates) }), [
      'parties/town.yaml:8 a party is not its own delegate',
    ])
  })

  it('accepts a withheld call, and a period of one day', () => {
    const day = GRANT.replace('2030-12-31', '2030-01-01')
    assert.deepEqual(mistakes({ 'grants/town-permit.yaml': `${day}withhold: [person, car]\n` }), [])
  })

  it('refuses an operation and an approval that the service does not need', () => {
    const more = GRANT.replace('validFrom', '  boats/boat@1: [name]\nvalidFrom')
    assert.deepEqual(mistakes({ 'grants/town-permit.yaml': more }), [
      'grants/town-permit.yaml:8 permit@1 does not ask boats/boat@1',
    ])
    const approved = `${GRANT}  boats: { by: harbour, on: 2029-12-02, reference: H-1 }\n`
    assert.ok(
      mistakes({
        'grants/town-permit.yaml': approved,
        'parties/harbour.yaml': partyText('harbour', 'provider'),
      }).includes('grants/town-permit.yaml:13 permit@1 does not ask boats'),
    )
  })

  it('accepts a grant without an approval: it is asked for, not yet given', () => {
    assert.deepEqual(mistakes(grantWith('  cars: { by: police, on: 2029-12-02, reference: P-1 }\n', '')), [])
  })

  it('refuses two grants for the same question at the same time, and accepts one after the other', () => {
    const second = GRANT.replace('town-permit', 'town-permit-2')
    assert.deepEqual(mistakes({ 'grants/town-permit-2.yaml': second }), [
      'grants/town-permit.yaml:8 the period overlaps with the grant town-permit-2',
    ])
    const next = second.replace('2030-01-01', '2031-01-01').replace('2030-12-31', '2031-12-31')
    assert.deepEqual(mistakes({ 'grants/town-permit-2.yaml': next }), [])
    const village = second.replace('consumer: town', 'consumer: village')
    assert.deepEqual(mistakes({ 'grants/town-permit-2.yaml': village }), [])
  })

  it('accepts grants of one consumer for two services at the same time', () => {
    const other = { ...PERMIT, ref: serviceRef('parking', 1), id: 'parking' }
    const catalogue = { ...CATALOGUE, services: [PERMIT, other] }
    const second = GRANT.replace('town-permit', 'town-permit-2').replace('permit@1', 'parking@1')
    const { files, remove } = writeGovernance({ 'grants/town-permit-2.yaml': second })
    try {
      assert.equal(loadGovernance(files, catalogue).grants.length, 2)
    } finally {
      remove()
    }
  })

  for (const [from, until] of [
    ['2030-12-31', '2031-12-31'],
    ['2029-01-01', '2030-01-01'],
  ] as const)
    it(`refuses two grants that share one day: from ${from} until ${until}`, () => {
      const second = GRANT.replace('town-permit', 'town-permit-2')
        .replace('validFrom: 2030-01-01', `validFrom: ${from}`)
        .replace('validUntil: 2030-12-31', `validUntil: ${until}`)
      assert.deepEqual(mistakes({ 'grants/town-permit-2.yaml': second }), [
        'grants/town-permit.yaml:8 the period overlaps with the grant town-permit-2',
      ])
    })

  it('refuses an id that is not the name of the file, so that no id stands twice', () => {
    assert.deepEqual(mistakes({ 'parties/copy.yaml': partyText('town', 'consumer') }), [
      'parties/copy.yaml:1 id must be the name of the file',
    ])
  })

  it('refuses certificate files that lead out of the data directory, and an ЕИК with a false check digit', () => {
    for (const file of ['../seal.crt', '/etc/seal.crt', 'a/../../seal.crt', '.hidden']) {
      const text = partyText('village', 'consumer').replace('village/seal.crt', `"${file}"`)
      assert.equal(mistakes({ 'parties/village.yaml': text }).length > 0, true, file)
    }
    const text = partyText('village', 'consumer', 'eik: "999999996"\n')
    assert.ok(
      mistakes({ 'parties/village.yaml': text }).includes('parties/village.yaml:6 /eik must match format "eik"'),
    )
  })

  it('refuses broken YAML, files it would not read, and folders that are not there', () => {
    assert.match(mistakes({ 'parties/broken.yaml': 'a: [' }).join(), /parties\/broken\.yaml:1 /)
    assert.deepEqual(mistakes({ 'grants/other.yml': 'x' }), [
      'grants/other.yml:1 is not read: the name must end with .yaml',
    ])
    const { files, remove } = writeGovernance()
    remove()
    assert.throws(
      () => loadGovernance(files, CATALOGUE),
      (error) => {
        assert.ok(error instanceof GovernanceRefused)
        assert.equal(error.mistakes.filter(({ message }) => message === 'cannot be read (ENOENT)').length, 3)
        return true
      },
    )
  })
})
