import assert from 'node:assert/strict'
import { passGate } from '../../../src/xml/bytes-gate.ts'

const gate = (text: string, maxBytes = 10_000) => passGate(Buffer.from(text), maxBytes)

describe('the bytes gate', () => {
  it('takes off a byte order mark and tells where the root is closed', () => {
    const { bytes, rootCloseAt } = gate('\ufeff<ж>я<b/></ж><!-- </ж> -->')
    assert.equal(Buffer.from(bytes).toString(), '<ж>я<b/></ж><!-- </ж> -->')
    assert.equal(Buffer.from(bytes.subarray(rootCloseAt)).toString(), '</ж><!-- </ж> -->')
  })

  it('tells nothing of an end tag where the root has none', () => {
    assert.equal(gate('<a/>').rootCloseAt, undefined)
  })

  it('accepts exactly as many bytes as the caller allows', () => {
    assert.doesNotThrow(() => gate('<a></a>', 7))
    assert.throws(() => gate('<a></a>', 6), { kind: 'too-large' })
  })

  for (const text of [
    '<?xml version="1.0"?><a/>',
    "<?xml version='1.0' encoding='utf-8' standalone=\"no\" ?>\n<a/>",
    '<a b=\'"\' c="&lt;>"/>',
    '<a xmlns="urn:x" xmlns:b="https://example.bg/x?y=1#z" xml:lang="bg"/>',
    '<a xmlns="urn:x"><b xmlns=""/></a>',
    '<a>&#9;&#xA;&#13; «й» \u{1F6F6}</a>',
    '<a><![CDATA[<?x?><!DOCTYPE>]]><!-- <?x?> <!DOCTYPE> --></a>',
  ])
    it(`lets ${text} through`, () => {
      assert.doesNotThrow(() => gate(text))
    })

  for (const [text, kind] of [
    ['', 'malformed'],
    ['text', 'malformed'],
    ['<a>', 'malformed'],
    ['</a>', 'malformed'],
    ['<a></a></a>', 'malformed'],
    ['<a b=1/>', 'malformed'],
    ['<a b="1"', 'malformed'],
    ['<a b="1"c="2"/>', 'malformed'],
    ['< a/>', 'malformed'],
    ['<a><!-- </a>', 'malformed'],
    ['<!DOCTYPE a><a/>', 'forbidden'],
    ['<a><!ENTITY x "y"></a>', 'forbidden'],
    ['<a><?php x?></a>', 'forbidden'],
    ['<?xml version="1.1"?><a/>', 'forbidden'],
    ['<?xml version="1.0" encoding="KOI8-R"?><a/>', 'encoding'],
    ['<a xmlns:b="relative"/>', 'forbidden'],
    ['<a xmlns:xmlx="urn:x"/>', 'forbidden'],
    ['<a xmlnsx="1"/>', 'forbidden'],
    ['<a>\u0001</a>', 'encoding'],
    ['<a>\u0085</a>', 'encoding'],
    ['<a>\ufffe</a>', 'encoding'],
    ['<a>&#x1F;</a>', 'encoding'],
    ['<a>&#99999999;</a>', 'encoding'],
  ] as const)
    it(`refuses ${JSON.stringify(text)} as ${kind}`, () => {
      assert.throws(() => gate(text), { name: 'XmlFault', kind })
    })

  it('never repeats the document in its message', () => {
    assert.throws(
      () => gate('<secret><?secret?></secret>'),
      ({ message }: Error) => !message.includes('secret'),
    )
  })

  it('counts elements, depth and attributes up to the limit and no further', () => {
    const limits = { maxElements: 3, maxDepth: 2, maxAttributes: 2 }
    const within = (text: string) => passGate(Buffer.from(text), 1000, limits)
    assert.doesNotThrow(() => within('<a><b x="1" y="2"/><b></b></a>'))
    assert.throws(() => within('<a><b/><b/><b/></a>'), { kind: 'too-complex' })
    assert.throws(() => within('<a><b><c/></b></a>'), { kind: 'too-complex' })
    assert.throws(() => within('<a><b x="1" y="2" z="3"/></a>'), { kind: 'too-complex' })
  })
})
