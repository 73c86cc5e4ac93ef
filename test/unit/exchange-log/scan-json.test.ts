import assert from 'node:assert/strict'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { JsonScanner } from '../../../src/exchange-log/scan-json.ts'

const scanner = new JsonScanner()
const scan = (text: string): boolean => {
  const bytes = Buffer.from(text)
  return scanner.endOf(bytes, 0, bytes.length) === bytes.length
}

/** By the specification, word by word. */
function isCanonical(text: string): boolean {
  try {
    return canonicalize(JSON.parse(text)) === text
  } catch {
    return false
  }
}

const words = fc.string({ maxLength: 8 })
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    words,
    fc.integer(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(words, tie('tree'), { maxKeys: 4 }),
  ),
}))
const object = fc.dictionary(words, tree, { maxKeys: 6 })

describe('the scanner of canonical JSON', () => {
  it('takes nothing that is not canonical, however near it is', () => {
    const letters = fc.constantFrom(' ', '"', '{', '}', '[', ']', ',', ':', '0', '-', '.', '1', 'e', '\\', 'a', '\n')
    const edit = fc.record({ at: fc.nat(), letter: letters, instead: fc.boolean() })
    fc.assert(
      fc.property(object, fc.array(edit, { maxLength: 3 }), (value, edits) => {
        let text = canonicalize(value) ?? ''
        for (const { at, letter, instead } of edits) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + letter + text.slice(place + (instead ? 1 : 0))
        }
        if (scan(text)) assert.ok(isCanonical(text), text)
      }),
      { numRuns: 5000, endOnFailure: true },
    )
  })

  it('takes all that is canonical of whole numbers and plain letters', () => {
    const plain = fc.stringMatching(/^[ !#-[\]-~]{0,8}$/)
    const values = fc.dictionary(plain, fc.oneof(plain, fc.integer(), fc.array(plain, { maxLength: 3 })), {
      maxKeys: 8,
    })
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalize(value) ?? ''
        assert.ok(scan(text), text)
      }),
    )
  })

  it('says where a value ends, and reads no further than it was told', () => {
    const bytes = Buffer.from('{"a":1}{"b":"2"}')
    assert.equal(scanner.endOf(bytes, 0, 7), 7)
    assert.equal(scanner.endOf(bytes, 0, 16), 7)
    assert.equal(scanner.endOf(bytes, 7, 16), 16)
    assert.equal(scanner.endOf(bytes, 5, 16), 6)
    for (const [from, to] of [
      [0, 6],
      [1, 3],
      [7, 15],
      [3, 3],
      [16, 20],
    ] as const)
      assert.equal(scanner.endOf(bytes, from, to), -1, `${from} to ${to}`)
  })

  it('leaves what is too deep or too large to others', () => {
    assert.ok(!scan(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`))
    assert.ok(!scan('{"a":1234567890123456}'))
  })
})
