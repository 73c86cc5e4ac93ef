import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileSchema } from '../../../src/schema/compile-schema.ts'
import { LICENCE_WIRE } from './licence.ts'

const judge = compileSchema(pathToFileURL(join(import.meta.dirname, 'answer.schema.json')))
const licence = {
  number: 'Т-0001',
  carrier: { uic: '999999995' },
  transport: 'taxi',
  withdrawn: true,
  expires: '2027-05-30',
} as const

describe('transport-licensing/carrier-licence@1', () => {
  it('takes an answer with a licence and one that says there is none', () => {
    assert.deepEqual(judge({ reference: '1', licence }), [])
    assert.deepEqual(judge({ reference: '1', licence: null }), [])
  })

  it('does not take an answer that lacks the licence, its carrier, or a known kind of transport', () => {
    assert.notDeepEqual(judge({ reference: '1' }), [])
    assert.notDeepEqual(judge({ reference: '1', licence: { ...licence, carrier: {} } }), [])
    assert.notDeepEqual(judge({ reference: '1', licence: { ...licence, transport: 'air' } }), [])
  })

  it('tells a withdrawn licence from one in force, whatever its last day', () => {
    assert.deepEqual(LICENCE_WIRE.read({ reference: '1', licence }).evidence, {
      uic: '999999995',
      number: 'Т-0001',
      kind: 'taxi',
      status: 'withdrawn',
      validUntil: '2027-05-30',
    })
    const inForce = LICENCE_WIRE.read({ reference: '1', licence: { ...licence, withdrawn: false } }).evidence
    assert.equal((inForce as { readonly status: string }).status, 'active')
    assert.equal(LICENCE_WIRE.read({ reference: '1', licence: null }).evidence, undefined)
  })
})
