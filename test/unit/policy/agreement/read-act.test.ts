import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { AgreementAct } from '../../../../src/model/agreement.ts'
import { partyId, serviceRef } from '../../../../src/model/ids.ts'
import { readAct, requireConcerns } from '../../../../src/policy/agreement/read-act.ts'
import { canonicalJson } from '../../../../src/schema/canonical-json.ts'
import { BrokerError } from '../../../../src/problem/broker-error.ts'
import { contentOn } from './an-agreement.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const ACT = { act: 'accept', by: 'ministry' }
const refused = (payload: Buffer, detail: string): void =>
  assert.throws(() => readAct(payload, () => []), { code: 'agreement.content', detail })

describe('a signed act', () => {
  it('is what its payload says', () => {
    assert.deepEqual(
      readAct(bytes(canonicalJson(ACT)), () => []),
      ACT,
    )
  })

  it('is refused where its schema finds mistakes, each by its place', () => {
    const mistakes = [
      { pointer: '', message: 'lacks a member' },
      { pointer: '/act', message: 'is none' },
    ]
    assert.throws(() => readAct(bytes(canonicalJson(ACT)), () => mistakes), {
      ...{ code: 'agreement.content', detail: 'the act: / lacks a member; the act: /act is none' },
    })
  })

  it('is refused in any other spelling than the canonical one', () => {
    const detail = 'the act is not canonical JSON (RFC 8785)'
    for (const text of ['{"by":"ministry","act":"accept"}', '{"act":"accept", "by":"ministry"}'])
      refused(bytes(text), detail)
  })

  it('is refused where it is no object, or no JSON that every reader reads alike', () => {
    for (const text of ['[]', '"accept"', 'null', '7']) refused(bytes(text), 'the act: an object is expected')
    refused(bytes('{"act":"accept"'), 'the act: not JSON')
    refused(bytes('{"a":{"b":{"c":1}}}'), 'the act: deeper than 2')
    const many = (count: number): Buffer =>
      bytes(canonicalJson(Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, n]))))
    refused(many(33), 'the act: over 32 members and items')
    assert.ok(readAct(many(32), () => []))
    assert.throws(
      () => readAct(Buffer.from([0xff]), () => []),
      (error) => error instanceof BrokerError && (error.cause as Error).message === 'not UTF-8',
    )
  })

  it('concerns an agreement only where it names all that the agreement names', () => {
    const content = contentOn('people')
    const act = {
      ...{ consumer: content.consumer.party, provider: content.provider },
      ...{ registry: content.registry, service: content.service },
    } as AgreementAct
    requireConcerns(act, content)
    const others = {
      ...{ consumer: partyId('village'), provider: partyId('police') },
      ...{ registry: 'cars', service: serviceRef('permit', 2) },
    }
    for (const [name, value] of Object.entries(others))
      assert.throws(() => requireConcerns({ ...act, [name]: value }, content), {
        ...{ code: 'agreement.content', detail: `the act: /${name} is not what the agreement says` },
      })
  })
})
