import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'mocha'
import { asksOf } from '../../../../src/policy/agreement/asks.ts'
import { PERMIT } from '../a-governance.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('what a service asks a registry', () => {
  it('has the digest that docs/agreements.md tells, one for each registry', () => {
    const check = { title: PERMIT.title, calls: ['person'] }
    const service = {
      ...PERMIT,
      calls: PERMIT.calls.map((call) => ({ ...call, input: { number: 'data.number' }, when: 'data.wanted' })),
      checks: [
        { ...check, id: 'b', expr: 'person.born > 1' },
        { ...check, id: 'a', expr: 'true' },
      ],
    }
    const call = (name: string, need: string, operation: string): string =>
      `{"input":{"number":"data.number"},"name":"${name}","need":"${need}","operation":"${operation}","when":"data.wanted"}`
    assert.deepEqual(asksOf(service), {
      people: sha256(
        `{"calls":[${call('person', 'required', 'people/person@1')}],"checks":[{"expr":"true","id":"a"},{"expr":"person.born > 1","id":"b"}]}`,
      ),
      cars: sha256(`{"calls":[${call('car', 'optional', 'cars/car@1')}],"checks":[]}`),
    })
  })
})
