import assert from 'node:assert/strict'
import type { Finding } from '../../../src/adapter-kit/adapter.ts'
import { type Judgement, judgeFinding } from '../../../src/dispatch/judge-finding.ts'
import type { Json } from '../../../src/model/json.ts'
import { compileMisfit } from '../../../src/schema/compile-schema.ts'
import { aCall, anOperation, found, notFound } from './a-plan.ts'

const judge = (finding: Finding): Judgement =>
  judgeFinding(anOperation(), { name: 'a', planned: aCall('a'), item: false, input: { id: '1' } }, finding)
const RECEIVED = { mediaType: 'text/xml', body: new TextEncoder().encode('<a>тайна</a>') }
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

  it('is kept as it came, or as a commitment alone where its registry tells more than is read', () => {
    const operation = anOperation()
    const kept = (keepAnswer?: 'commitment') => {
      const manifest = { ...operation.manifest, ...(keepAnswer === undefined ? {} : { keepAnswer }) }
      const asked = { name: 'a', planned: aCall('a'), item: false, input: { id: '1' } }
      return judgeFinding({ ...operation, manifest }, asked, found(EVIDENCE, { received: RECEIVED })).received
    }
    assert.equal(Buffer.from(kept()?.body ?? '', 'base64').toString(), '<a>тайна</a>')
    const alone = kept('commitment')
    assert.equal(alone?.body, undefined)
    assert.match(alone?.commit ?? '', /^[\w-]{43}$/)
  })

  it('is thrown away with all that is in it where it names a person and the operation has no subject', () => {
    const operation = anOperation()
    const about = { ...operation, manifest: { ...operation.manifest, subject: 'none' as const } }
    const judged = (evidence: Json): Judgement =>
      judgeFinding(
        about,
        { name: 'a', planned: aCall('a'), item: false, input: {} },
        found(evidence, { received: RECEIVED }),
      )
    assert.equal(judged(EVIDENCE).outcome, 'found')
    const refused = judged({ ...EVIDENCE, value: 'ЕГН 8427029967' })
    assert.deepEqual(
      [refused.outcome, refused.problem, refused.finding],
      ['failed', 'provider.other-subject', undefined],
    )
    assert.equal(refused.received?.body, undefined)
    assert.ok(!JSON.stringify(refused).includes('8427029967'))
  })

  it('is a bad answer where its reference could carry names or is long, and nothing of it is kept', () => {
    for (const sourceReference of ['', 'Иван Примеров', 'Ivan P', 'x'.repeat(101)]) {
      const judgement = judge(found(EVIDENCE, { sourceReference }))
      const ended = { outcome: 'failed', problem: 'provider.bad-answer', othersDropped: false }
      assert.deepEqual(judgement, { ...ended, drift: 'sourceReference' })
    }
  })

  it('is a bad answer at a place, in names of the schema alone, where it does not fit', () => {
    const marker = 'Маркер Измислен'
    const misfitOf = compileMisfit({ type: 'object', properties: { value: { type: 'integer' } } })
    const operation = anOperation({ acceptsEvidence: (evidence) => misfitOf(evidence) === undefined, misfitOf })
    const call = { name: 'a', planned: aCall('a'), item: false, input: { id: '1' } }
    const judgement = judgeFinding(operation, call, found({ id: '1', value: marker }))
    assert.deepEqual([judgement.problem, judgement.drift], ['provider.bad-answer', '/value'])
    assert.ok(!JSON.stringify(judgement).includes(marker))
  })
})
