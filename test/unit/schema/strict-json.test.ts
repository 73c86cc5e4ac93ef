import assert from 'node:assert/strict'
import fc from 'fast-check'
import { JsonFault, plainText, readStrictJson } from '../../../src/schema/strict-json.ts'
import { withinCpuTime } from '../../support/cpu-time.ts'

const LIMITS = { maxDepth: 4, maxEntries: 8 }
const read = (text: string | Uint8Array, limits = LIMITS) => readStrictJson(Buffer.from(text as string), limits)

describe('strict JSON', () => {
  it('is read as JSON.parse reads it, where every reader would read the same', () => {
    for (const text of [
      '{}',
      '[]',
      ' {"a" : [1, "x,{}[]:\\"", true, null]}\r\n',
      '"\\\\"',
      '{"а":"🛶","\\u0061b":"\\ud83d\\uded6"}',
    ])
      assert.deepEqual(read(text), JSON.parse(text), text)
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = JSON.stringify(value)
        assert.deepEqual(readStrictJson(Buffer.from(text), { maxDepth: 64, maxEntries: 50_000 }), JSON.parse(text))
      }),
    )
  })

  for (const [title, text] of [
    ['a member twice', '{"a":1,"a":1}'],
    ['a member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a member twice, after an object that ended', '{"a":{"b":1},"c":1,"a":2}'],
    ['a member twice, blanks before the colon', `{"a":1,"a"${' '.repeat(50)}:2}`],
    ['a control character', '{"a":"\u0085"}'],
    ['a control character as an escape', '{"a":"\\u0000"}'],
    ['a short escape of a control character', '{"a":"\\b"}'],
    ['half of a pair', '{"a":"\\ud83d"}'],
    ['a non-character', '{"a":"\uffff"}'],
    ['a mark', '\ufeff{}'],
    ['five deep', '[[[[[]]]]]'],
    ['nine entries', '[1,2,3,4,5,6,7,8,9]'],
    ['an escape that is none', '{"\\x":1}'],
    ['no end of a text', '"a\\'],
    ['nothing', ''],
  ] as const)
    it(`is not what has ${title}`, () => {
      assert.throws(() => read(text), JsonFault)
    })

  it('is not what is no UTF-8', () => {
    assert.throws(() => read(Uint8Array.of(0x22, 0xc3, 0x22)), JsonFault)
  })

  it('allows the same name in two objects, and up to its limits', () => {
    assert.deepEqual(read('[{"a":1},{"a":2}]'), [{ a: 1 }, { a: 2 }])
    assert.deepEqual(read('{"a":{"a":1}}'), { a: { a: 1 } })
    assert.deepEqual(read('[[[[]]]]'), [[[[]]]])
    assert.deepEqual(read('[1,2,3,4,5,6,7,8]'), [1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('says nothing of what it refuses', () => {
    assert.throws(
      () => read('{"8427029967":1,"8427029967":2}'),
      (error) => error instanceof JsonFault && !error.message.includes('842'),
    )
  })

  it('is linear: a mebibyte of anything is read or refused within 150 ms', async () => {
    const wide = { maxDepth: 64, maxEntries: 10_000_000 }
    for (const text of [
      `["${'\\\\'.repeat(500_000)}"]`,
      `[${'"a" '.repeat(250_000)}]`,
      '['.repeat(1_000_000),
      `{${'"a",'.repeat(250_000)}}`,
      `["${'x'.repeat(1_000_000)}"]`,
      `{"a"${' '.repeat(1_000_000)}:1}`,
      `[${'""'.repeat(200)}${' '.repeat(900_000)}]`,
    ]) {
      const [, elapsedMs] = await withinCpuTime(150, () => {
        try {
          readStrictJson(Buffer.from(text), wide)
        } catch (error) {
          assert.ok(error instanceof JsonFault)
        }
      })
      assert.ok(elapsedMs < 150, `${text.slice(0, 8)}: ${elapsedMs} ms`)
    }
  })

  it('can be written of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(typeof read(JSON.stringify(plainText(text))), 'string')
      }),
    )
    assert.equal(plainText('a\t\n\r й🛶'), 'a\t\n\r й🛶')
  })
})
