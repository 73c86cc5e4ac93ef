import assert from 'node:assert/strict'
import { askedAbout } from '../../../src/dispatch/asked-about.ts'
import type { DispatchedOperation } from '../../../src/dispatch/ports.ts'
import type { IdentifierType } from '../../../src/model/application.ts'
import type { JsonObject } from '../../../src/model/json.ts'

/** Invented. */
const PERSON = '8427029967'
const OTHER = '9225219962'
const FIRM = '999999995'

const operation = (...subjectKinds: IdentifierType[]): Pick<DispatchedOperation, 'manifest' | 'subjectKinds'> => ({
  manifest: { maxConcurrent: 1, subject: { input: 'id', mismatch: 'refuse' } },
  subjectKinds,
})
const plan = (application: JsonObject = {}, identifier = FIRM, identifierType: IdentifierType = 'eik') => ({
  application,
  applicant: { identifierType, identifier, names: 'Измислица' },
})
const kindsOf = (...asked: Parameters<typeof askedAbout>): readonly IdentifierType[] =>
  askedAbout(...asked).map(({ identifierType }) => identifierType)
const ANY = operation('egn', 'lnch', 'eik')

describe('whom a question is about', () => {
  it('is whom the input names that the manifest says, as the one kind that the schema takes', () => {
    const [name, ...others] = askedAbout({ input: { id: PERSON, date: OTHER } }, plan(), operation('egn'))
    assert.deepEqual([name, others.length], [{ identifierType: 'egn', identifier: PERSON }, 0])
  })

  it('is nobody where the registry is asked about a thing, or the input is not there', () => {
    assert.deepEqual(askedAbout({ input: { id: 'ОВ0000АА' } }, plan(), operation()), [])
    assert.deepEqual(askedAbout({ input: {} }, plan(), operation('egn')), [])
    const { manifest } = operation()
    assert.deepEqual(askedAbout({ input: { id: PERSON } }, plan(), { manifest }), [])
    const about: typeof manifest = { maxConcurrent: 1, subject: 'none' }
    assert.deepEqual(askedAbout({ input: { list: PERSON } }, plan(), { manifest: about, subjectKinds: ['egn'] }), [])
  })

  it('is of the kind that the application says, where the registry takes several', () => {
    const both = bothEgnAndLnch()
    assert.deepEqual(kindsOf({ input: { id: both } }, plan({ owner: { idType: 'lnch', identifier: both } }), ANY), [
      'lnch',
    ])
    assert.deepEqual(kindsOf({ input: { id: both } }, plan({}, both, 'egn'), ANY), ['egn'])
    assert.deepEqual(kindsOf({ input: { id: both } }, plan({ owners: [{ idType: 'egn', no: both }] }), ANY), ['egn'])
  })

  it('is of every kind that the number may be, where nothing says which', () => {
    assert.deepEqual(kindsOf({ input: { id: bothEgnAndLnch() } }, plan(), ANY), ['egn', 'lnch'])
    assert.deepEqual(kindsOf({ input: { id: FIRM } }, plan({}, PERSON, 'egn'), ANY), ['eik'])
  })
})

/** A number that two check digits let pass. */
function bothEgnAndLnch(): string {
  const weighted = (digits: string, weights: readonly number[]): number =>
    weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)
  for (let serial = 0; serial < 1000; serial += 1) {
    const nine = `990101${String(serial).padStart(3, '0')}`
    const egn = (weighted(nine, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10
    if (egn === weighted(nine, [21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10) return `${nine}${egn}`
  }
  throw new Error('there is none')
}
