import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { describeChanges, type Ruled } from '../../../src/policy/describe-changes.ts'
import type { Governance } from '../../../src/policy/governance.ts'
import { aGovernance, GRANT, partyText, PERMIT } from './a-governance.ts'

const ruled = (governance: Ruled['governance'] = aGovernance(), services = [PERMIT]): Ruled => ({
  governance,
  services,
})
const withBases = (bases: Governance['legalBases']): Ruled => ruled({ ...aGovernance(), legalBases: bases })

describe('the difference between two sets of rules', () => {
  it('is nothing where both say the same, in whatever order of members', () => {
    assert.deepEqual(describeChanges(ruled(), ruled()), [])
    const { id, ...rest } = PERMIT
    assert.deepEqual(describeChanges(ruled(), ruled(undefined, [{ ...rest, id }])), [])
  })

  it('names parties that came and went', () => {
    const more = ruled(aGovernance({ 'parties/hamlet.yaml': partyText('hamlet', 'consumer') }))
    assert.deepEqual(describeChanges(ruled(), more), ['party hamlet added'])
    assert.deepEqual(describeChanges(more, ruled()), ['party hamlet removed'])
  })

  it('names the members of a grant that are others, in order, and never what stands in them', () => {
    const other = GRANT.replace('2030-12-31', '2031-01-31').replace('legalBases: [law-a]', 'legalBases: [law-b]')
    assert.deepEqual(describeChanges(ruled(), ruled(aGovernance({ 'grants/town-permit.yaml': other }))), [
      'grant town-permit changed: legalBases, validUntil',
    ])
  })

  it('names members that are new or gone', () => {
    const limited = { ...PERMIT, deferMs: 60_000 }
    assert.deepEqual(describeChanges(ruled(), ruled(undefined, [limited])), ['service permit@1 changed: deferMs'])
    assert.deepEqual(describeChanges(ruled(undefined, [limited]), ruled()), ['service permit@1 changed: deferMs'])
  })

  it('names legal bases and services, each by its own kind, parties first', () => {
    const [code, text] = [...aGovernance().legalBases][0] ?? assert.fail('no legal basis')
    const before = withBases(new Map([[code, text]]))
    const after = withBases(
      new Map([
        [code, { ...text, en: 'Another text' }],
        ['law-z', text],
      ]),
    )
    assert.deepEqual(describeChanges(before, { ...after, services: [] }), [
      `legal basis ${code} changed: en`,
      'legal basis law-z added',
      'service permit@1 removed',
    ])
  })
})
