import assert from 'node:assert/strict'
import type { Finding } from '../../../src/adapter-kit/adapter.ts'
import { type Judgement, judgeFinding } from '../../../src/dispatch/judge-finding.ts'
import { aCall, anOperation, found, notFound } from './a-plan.ts'

const judge = (finding: Finding): Judgement =>
  judgeFinding(anOperation(), { name: 'a', planned: aCall('a'), item: false, input: { id: '1' } }, finding)
const EVIDENCE = { id: '1', value: 'x' }

describe('what an adapter returns', () => {
  it('stands where it is as of a date, or an instant with a zone, and has a short reference', () => {
    for (const changes of [{ asOf: '2026-03-01T10:00:00Z' }, { sourceReference: `regix:${'7'.repeat(90)}` }])
      assert.equal(judge(found(EVIDENCE, changes)).outcome, 'found')
  })

  it('is a bad answer where it is as of no date or instant with a zone', () => {
    for (const asOf of ['', 'вчера', '2026-03-01T10:00:00', '2026-02-30']) {
      assert.deepEqual(judge(found(EVIDENCE, { asOf })).problem, 'provider.bad-answer')
      assert.deepEqual(judge({ ...notFound(), asOf }).problem, 'provider.bad-answer')
    }
  })

  it('is a bad answer where its reference could carry names or is long, and nothing of it is kept', () => {
    for (const sourceReference of ['', 'Иван Примеров', 'Ivan P', 'x'.repeat(101)]) {
      const judgement = judge(found(EVIDENCE, { sourceReference }))
      assert.deepEqual(judgement, { outcome: 'failed', problem: 'provider.bad-answer', othersDropped: false })
    }
  })
})
