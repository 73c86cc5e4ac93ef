import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { canonicalJson, NotCanonical, sha256Hex } from '../../../src/schema/canonical-json.ts'

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 §3.2.2', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'B"\\\\"/',
      literals: [null, true, false],
    }
    assert.equal(
      canonicalJson(value),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts members by UTF-16 code units, whatever the order of writing', () => {
    assert.equal(
      canonicalJson({ '\u20ac': 1, '\r': 2, 1: 3, '😀': 4, '\ufb33': 5 }),
      '{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5}',
    )
    assert.equal(canonicalJson({ b: 1, a: { d: 1, c: 2 } }), canonicalJson({ a: { c: 2, d: 1 }, b: 1 }))
  })

  it('leaves out members that are undefined', () => {
    assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}')
  })

  it('refuses what JSON cannot say', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, { a: 1n }, '\ud800']) {
      assert.throws(() => canonicalJson(value), NotCanonical)
    }
  })

  it('hashes texts as UTF-8', () => {
    assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    assert.equal(sha256Hex('едно'), sha256Hex(Buffer.from('едно')))
  })
})
