import assert from 'node:assert/strict'
import type { Finding, SubjectRule } from '../../../src/adapter-kit/adapter.ts'
import { applySubjectRule, type SubjectVerdict } from '../../../src/dispatch/subject.ts'
import { found, notFound } from './a-plan.ts'

const byAnswer: SubjectRule = { input: 'egn', answer: 'person.egn', mismatch: 'refuse' }
const byEcho: SubjectRule = { input: 'egn', echo: true, mismatch: 'refuse' }
const dropping: SubjectRule = { input: 'egn', answer: 'vessels.owners.egn', mismatch: 'drop' }
const judge = (rule: SubjectRule, finding: Finding): SubjectVerdict => applySubjectRule(rule, { egn: '1' }, finding)
const evidenceOf = (verdict: SubjectVerdict): unknown =>
  verdict.whose === 'asked' && verdict.finding.status === 'found' ? verdict.finding.evidence : verdict

describe('the subject rule', () => {
  it('lets through the answer about the one who was asked about', () => {
    assert.equal(judge(byAnswer, found({ person: { egn: '1' } })).whose, 'asked')
    assert.equal(judge(byEcho, found({}, { echo: '1' })).whose, 'asked')
    assert.equal(judge(byEcho, { ...notFound(), echo: '1' }).whose, 'asked')
  })

  it('refuses an answer about another, about several, or about nobody', () => {
    assert.equal(judge(byAnswer, found({ person: { egn: '2' } })).whose, 'others')
    assert.equal(judge(byAnswer, found({ person: [{ egn: '1' }, { egn: '2' }] })).whose, 'others')
    assert.equal(judge(byAnswer, found({ person: {} })).whose, 'others')
    assert.equal(judge(byAnswer, found({ person: [] })).whose, 'others')
    assert.equal(judge(byEcho, found({}, { echo: '2' })).whose, 'others')
    assert.equal(judge(byEcho, found({})).whose, 'others')
    assert.equal(judge(byEcho, { ...notFound(), echo: '2' }).whose, 'others')
  })

  it('holds both ways of naming the subject where the rule has both', () => {
    const both: SubjectRule = { ...byAnswer, echo: true }
    assert.equal(judge(both, found({ person: { egn: '1' } }, { echo: '2' })).whose, 'others')
    assert.equal(judge(both, found({ person: { egn: '2' } }, { echo: '1' })).whose, 'others')
  })

  it('drops the innermost items about others, and what is left empty with them', () => {
    const verdict = judge(
      dropping,
      found({
        vessels: [
          {
            name: 'своя',
            owners: [
              { egn: '1', name: 'А' },
              { egn: '2', name: 'Б' },
            ],
          },
          { name: 'чужда', owners: [{ egn: '2', name: 'Б' }] },
          { name: 'ничия', owners: [] },
          { name: 'неназована' },
        ],
      }),
    )
    assert.deepEqual(evidenceOf(verdict), { vessels: [{ name: 'своя', owners: [{ egn: '1', name: 'А' }] }] })
    assert.equal(verdict.whose === 'asked' && verdict.othersDropped, true)
  })

  it('found nothing when all are about others, and says that others were dropped', () => {
    const verdict = judge(dropping, found({ vessels: [{ owners: [{ egn: '2' }] }] }))
    assert.equal(verdict.whose === 'asked' && verdict.finding.status, 'not-found')
    assert.equal(verdict.whose === 'asked' && verdict.othersDropped, true)
    assert.equal(JSON.stringify(verdict).includes('"2"'), false)
  })

  it('lets through what is about nobody where nobody was asked about, and refuses it with the number of a person in it', () => {
    const judged = (finding: Finding): string => applySubjectRule('none', {}, finding).whose
    assert.equal(judged(found({ codes: [{ id: 1, name: 'лодка' }], at: '2026-01-15T10:20:30Z' })), 'asked')
    assert.equal(judged(notFound()), 'asked')
    // Ten digits that are nobody's, and those within a longer number.
    assert.equal(judged(found({ codes: ['8427029960', '184270299671'] })), 'asked')
    for (const holding of ['8427029967', 'код 8427029967', '８４２７０２９９６７', 8427029967])
      assert.equal(judged(found({ codes: [{ deep: { name: holding } }] })), 'others', String(holding))
  })

  it('says that nothing was dropped where nothing was', () => {
    const own = { vessels: [{ owners: [{ egn: '1' }] }] }
    const verdict = judge(dropping, found(own))
    assert.deepEqual(evidenceOf(verdict), own)
    assert.equal(verdict.whose === 'asked' && verdict.othersDropped, false)
  })
})
