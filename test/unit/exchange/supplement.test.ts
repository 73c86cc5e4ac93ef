import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { supplement } from '../../../src/exchange/supplement.ts'
import { writeJsonSupplement, writeSupplement } from '../../../src/message/write-supplement.ts'
import type { AnswerStatus, ExchangePlan } from '../../../src/model/exchange.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { canonicalOctets } from '../../../src/xml/canonicalise.ts'
import { withDocument } from '../../../src/xml/parse-xml.ts'
import { compileXsd } from '../../../src/xml/xsd.ts'
import { aCall, aPlan, OPERATION } from '../dispatch/a-plan.ts'

const file = (name: string): Buffer => readFileSync(new URL(`../../../schemas/${name}`, import.meta.url))
const at = new Date('2026-03-01T10:00:00Z')
const answerDigest = Buffer.alloc(32, 1).toString('base64')
const outcomeOf = (changes: Partial<CallOutcome> = {}): CallOutcome => ({
  call: 'a',
  operation: OPERATION,
  outcome: 'found',
  evidence: { value: 'за него', other: 'withheld' },
  provenance: {
    ...{ registry: 'civil-registry', operation: OPERATION, askedAt: at.toISOString(), asOf: '2026-03-01' },
    ...{ sourceReference: 'ref', signedByRegistry: false, othersDropped: false },
  },
  elapsedMs: 5,
  ...changes,
})
const made = (
  plan: ExchangePlan = aPlan([aCall('a')]),
  outcomes: readonly CallOutcome[] = [outcomeOf()],
  status: AnswerStatus = 'partial',
) => supplement(plan, outcomes, { call: 'a', answer: { digest: answerDigest, status }, at })

describe('a supplement', () => {
  it('names the answer it belongs to, and discloses what the answer would have', () => {
    const written = made()
    assert.ok(written)
    assert.deepEqual(written.part.evidence, { value: 'за него' })
    assert.equal(written.answerDigest, answerDigest)
  })

  it('is made of what was found or is not there, and of nothing else', () => {
    assert.equal(made(undefined, [outcomeOf({ outcome: 'not-found' })])?.part.outcome, 'not-found')
    for (const outcome of ['failed', 'refused', 'late', 'skipped'] as const)
      assert.equal(made(undefined, [outcomeOf({ outcome })]), undefined)
    assert.equal(made(undefined, []), undefined)
  })

  it('carries no evidence where its answer was refused, for whatever reason', () => {
    const written = made(undefined, undefined, 'refused')
    assert.deepEqual([written?.part.outcome, written?.part.evidence], ['found', undefined])
    assert.notEqual(written?.part.provenance, undefined)
  })

  it('carries no evidence where it is not shown that who signed represents the firm', () => {
    const mandate = { call: 'firm', firm: 'uic', representatives: 'representatives.egn', signer: '8427029993' }
    const written = made(aPlan([aCall('a')], { mandate }))
    assert.deepEqual([written?.part.outcome, written?.part.evidence], ['found', undefined])
  })

  it('is written as both schemas say, in canonical form as it stands', () => {
    const written = made()
    assert.ok(written)
    const xml = writeSupplement(written)
    const schema = compileXsd(file('exchange.v1.xsd'))
    const [mistakes, canonical] = withDocument(Buffer.from(xml), (document) => [
      schema.mistakes(document),
      Buffer.from(canonicalOctets(document)).toString(),
    ])
    assert.deepEqual([mistakes, canonical], [[], xml])
    const { anyOf: _either, ...twin } = JSON.parse(file('exchange.v1.schema.json').toString()) as Record<
      string,
      unknown
    >
    const judge = new Ajv2020({ strict: false, validateFormats: false }).compile({
      ...twin,
      $ref: '#/$defs/Supplement',
    })
    assert.ok(judge(JSON.parse(writeJsonSupplement(written))), JSON.stringify(judge.errors))
  })
})
