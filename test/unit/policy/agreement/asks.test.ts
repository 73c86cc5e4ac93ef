import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'mocha'
import type { ServiceCall } from '../../../../src/model/service.ts'
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

  it('is told by name: neither the order of calls and checks, nor what another registry is asked, changes it', () => {
    const [person, car] = PERMIT.calls as readonly [ServiceCall, ServiceCall]
    const calls = ['b', 'a', 'c'].map((name) => ({ ...person, name }))
    const check = (id: string, ...read: string[]) => ({ id, title: PERMIT.title, expr: id, calls: read })
    const checks = [check('y', 'a'), check('x', 'car', 'b'), check('z', 'c'), check('w', 'car')]
    const asks = asksOf({ ...PERMIT, calls: [...calls, car], checks })
    const call = (name: string): string =>
      `{"input":{},"name":"${name}","need":"required","operation":"people/person@1"}`
    const read = (id: string): string => `{"expr":"${id}","id":"${id}"}`
    assert.equal(
      asks['people'],
      sha256(`{"calls":[${['a', 'b', 'c'].map(call).join()}],"checks":[${['x', 'y', 'z'].map(read).join()}]}`),
    )
    const other = { ...car, when: 'true' }
    const turned = asksOf({ ...PERMIT, calls: [other, ...calls.toReversed()], checks: checks.toReversed() })
    assert.equal(turned['people'], asks['people'])
    assert.notEqual(turned['cars'], asks['cars'])
  })

  it('names the list that a call is asked for each of', () => {
    const [person] = PERMIT.calls as readonly [ServiceCall]
    const service = { ...PERMIT, calls: [{ ...person, forEach: 'data.all' }] }
    assert.deepEqual(asksOf(service), {
      people: sha256(
        '{"calls":[{"forEach":"data.all","input":{},"name":"person","need":"required","operation":"people/person@1"}],"checks":[]}',
      ),
    })
    assert.equal(asksOf(service), asksOf(service), 'made once')
  })
})
