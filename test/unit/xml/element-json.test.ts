import assert from 'node:assert/strict'
import fc from 'fast-check'
import { elementToJson } from '../../../src/xml/element-json.ts'
import { withDocument } from '../../../src/xml/parse-xml.ts'
import { escapeText, type Writable, writeElement, writeMembers } from '../../../src/xml/write-element.ts'

const read = (xml: string, maxElements = 100) =>
  withDocument(Buffer.from(xml), ({ root }) => elementToJson(root, { namespace: '', maxElements }))

describe('element to JSON', () => {
  it('makes a member of an element, a list of repetition, and texts of values', () => {
    assert.deepEqual(read('<a><b>1</b><c><d>x</d></c><b> 2</b><e/></a>'), { b: ['1', ' 2'], c: { d: 'x' }, e: '' })
  })

  it('defines a member called __proto__ and changes no prototype', () => {
    const value = read('<a><__proto__><evil>1</evil></__proto__></a>')
    assert.ok(Object.hasOwn(value as object, '__proto__'))
    assert.equal(({} as { evil?: string }).evil, undefined)
    assert.equal((value as { evil?: string }).evil, undefined)
  })

  it('refuses what JSON members cannot say', () => {
    assert.throws(() => read('<a>x<b/></a>'), { kind: 'content' })
    assert.throws(() => read('<a><b c="1"/></a>'), { kind: 'content' })
    assert.throws(() => read('<a><b xmlns="urn:x"/></a>'), { kind: 'content' })
    assert.throws(() => read('<a><b/><b/></a>', 2), { kind: 'too-complex' })
  })
})

describe('writing elements', () => {
  it('writes lists as repetition and absence as nothing', () => {
    assert.equal(
      writeMembers({ a: ['x', 'y'], b: null, c: undefined, d: [], e: { f: 1, g: true }, h: '' }),
      '<a>x</a><a>y</a><e><f>1</f><g>true</g></e><h></h>',
    )
  })

  it('escapes what canonical XML escapes and replaces what XML cannot hold', () => {
    assert.equal(escapeText('<a> & "б"\t\n\r'), '&lt;a&gt; &amp; "б"\t\n&#xD;')
    assert.equal(escapeText('\u0000\u001b\u0085\ufffe\ud800x'), '\ufffd\ufffd\ufffd\ufffd\ufffdx')
  })

  it('refuses names that are no element names, and lists in lists', () => {
    for (const name of ['', '1a', 'a b', 'a><b', 'а']) assert.throws(() => writeElement(name, 'x'), { kind: 'content' })
    assert.throws(() => writeElement('a', [['x']] as Writable), { kind: 'content' })
  })

  it('writes what reads back the same, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const xml = writeElement('a', { b: text })
        const back = (read(xml) as { b: string }).b
        assert.equal(escapeText(back), escapeText(text))
      }),
      { numRuns: 200 },
    )
  })
})
