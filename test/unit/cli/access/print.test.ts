import assert from 'node:assert/strict'
import { printAgreement, printAsked, printRows } from '../../../../src/cli/access/print.ts'
import { type Output, output } from '../../../../src/cli/output.ts'
import type { AgreementContent, AgreementDigest } from '../../../../src/model/agreement.ts'
import type { AgreementView } from '../../../../src/model/agreement-view.ts'
import { operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'

const NEWER = 'cd'.repeat(32) as AgreementDigest
const content: AgreementContent = {
  type: 'edno-agreement@1',
  id: '0195f2c0-0000-7000-8000-000000000001',
  request: '0195f2c0-0000-7000-8000-0000000000aa',
  consumer: { party: partyId('town'), keys: ['aa'.repeat(32)] },
  provider: partyId('ministry'),
  registry: 'people',
  service: serviceRef('permit', 1),
  asks: 'ab'.repeat(32),
  operations: [],
  withhold: [],
  legalBases: ['law-a'],
  purpose: 'Permits',
  validity: { from: '2030-01-01', until: '2030-12-31' },
  createdAt: '2029-12-01T10:00:00.000Z',
}
const valid = { name: 'valid', by: [], inForce: true } as const
const rowOf = (lang: string, change: Partial<AgreementView>): string => {
  const lines: string[] = []
  const out: Output = { ...output(lang), line: (text = '') => void lines.push(text) }
  const view = { digest: 'ab'.repeat(32) as AgreementDigest, content, acts: [], state: valid, inForce: true }
  printRows([{ ...view, ...change }], out)
  return lines.join('\n')
}

describe('what an agreement lets out', () => {
  const records = operationRef('people/record@1')
  const operations = [
    { operation: records, fields: ['crimes'] },
    { operation: operationRef('people/person@1'), fields: ['names'] },
  ]
  const view: AgreementView = {
    ...{ digest: NEWER, content: { ...content, operations }, acts: [], state: valid, inForce: true },
    checksOnly: [records],
  }

  for (const print of [printAsked, printAgreement])
    it(`names no field of an operation of which only checks leave since (${print.name})`, () => {
      const lines: string[] = []
      const out: Output = { ...output('en'), line: (text = '') => void lines.push(text) }
      if (print === printAsked) printAsked([view], out)
      else printAgreement(view, out)
      assert.ok(lines.includes('    people/record@1: checks only'))
      assert.ok(lines.includes('    people/person@1: names'))
    })
})

describe('the line of an agreement', () => {
  it('says that it is valid only where it decides', () => {
    assert.match(rowOf('en', {}), /^abababababab {2}valid {2,}town → people .* 2030-01-01…2030-12-31$/)
    assert.match(rowOf('bg', {}), /^abababababab {2}в сила /)
  })

  it('says what replaced it, that the service changed, or when it begins', () => {
    const [replaced, outdated] = [
      { inForce: false, replacedBy: NEWER },
      { inForce: false, outdated: true },
    ] as const
    assert.match(rowOf('en', replaced), /^abababababab {2}not in force .* replaced by cdcdcdcdcdcd$/)
    assert.match(rowOf('bg', replaced), /^abababababab {2}не действа .* заменено от cdcdcdcdcdcd$/)
    assert.match(rowOf('en', outdated), /not in force .* the service changed since it was agreed$/)
    assert.match(rowOf('bg', outdated), /не действа .* услугата се промени, откакто е договорена$/)
    const coming = { state: { ...valid, inForce: false }, inForce: false }
    assert.match(rowOf('en', coming), /not in force .* from 2030-01-01$/)
    const both = { ...replaced, state: { name: 'suspended', by: ['operator'], inForce: false } } as const
    assert.match(rowOf('en', both), /suspended .* by: the operator; replaced by cdcdcdcdcdcd$/)
  })
})
