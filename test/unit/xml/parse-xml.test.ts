import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalOctets, canonicalOctetsOfTaken } from '../../../src/xml/canonicalise.ts'
import { withDocument } from '../../../src/xml/parse-xml.ts'
import { childrenNamed, elementsNamed, elementsOnly, isLast, plainAttributes, textOnly } from '../../../src/xml/tree.ts'

const canonical = (xml: string): string =>
  withDocument(Buffer.from(xml), (document) => Buffer.from(canonicalOctets(document)).toString())

describe('strict parsing', () => {
  it('refuses what is not well-formed with the line and without content', () => {
    assert.throws(() => withDocument(Buffer.from('<a>\n<secret></a>'), () => 0), {
      kind: 'malformed',
      message: 'not well-formed at line 2',
    })
  })

  it('gives what the reader returns and frees the document also when the reader throws', () => {
    assert.equal(
      withDocument(Buffer.from('<a/>'), ({ root }) => root.name),
      'a',
    )
    assert.throws(
      () =>
        withDocument(Buffer.from('<a/>'), () => {
          throw new RangeError('mine')
        }),
      RangeError,
    )
  })
})

describe('canonicalisation', () => {
  it('is exclusive, without comments, with ordered attributes and written-out ends', () => {
    assert.equal(
      canonical(
        '<?xml version="1.0"?>\r\n<a xmlns="urn:a" xmlns:unused="urn:u" z="1" b=\'"&#10;\'><!-- x --><b/>\r\n&#13;</a>\n',
      ),
      '<a xmlns="urn:a" b="&quot;&#xA;" z="1"><b></b>\n&#xD;</a>',
    )
  })

  it('leaves a canonical form as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const clean = text.replace(/[^\P{Cc}]|[<>&]|\p{Noncharacter_Code_Point}|\p{Surrogate}/gu, '')
        const once = canonical(`<a x="${clean.replaceAll('"', '')}"><b>${clean}</b></a>`)
        assert.equal(canonical(once), once)
      }),
      { numRuns: 100 },
    )
  })

  it('gives a part of a document as it would stand alone', () => {
    const octets = withDocument(Buffer.from('<a xmlns:p="urn:p"><p:b c="1"> <d/></p:b></a>'), ({ root }) => {
      const [child] = childrenNamed('urn:p', 'b')(root)
      assert.ok(child)
      return canonicalOctetsOfTaken(child)
    })
    assert.equal(Buffer.from(octets).toString(), '<p:b xmlns:p="urn:p" c="1"> <d></d></p:b>')
  })
})

describe('the tree', () => {
  const inRoot = <T>(xml: string, read: Parameters<typeof withDocument<T>>[1]): T =>
    withDocument(Buffer.from(xml), read)

  it('gives elements only where nothing but white space stands between them', () => {
    const names = (xml: string) => inRoot(xml, ({ root }) => elementsOnly(root)?.map(({ name }) => name))
    assert.deepEqual(names('<a> <b/>\n<c/></a>'), ['b', 'c'])
    assert.equal(names('<a>x<b/></a>'), undefined)
    assert.equal(names('<a>\u00a0<b/></a>'), undefined)
    assert.equal(names('<a><!-- x --><b/></a>'), undefined)
  })

  it('gives text only where nothing else is', () => {
    const text = (xml: string) => inRoot(xml, ({ root }) => textOnly(root))
    assert.equal(text('<a>1<![CDATA[2]]>3</a>'), '123')
    assert.equal(text('<a/>'), '')
    assert.equal(text('<a>1<!-- x -->2</a>'), undefined)
    assert.equal(text('<a>1<b/></a>'), undefined)
  })

  it('finds elements by namespace wherever they are, and children beside', () => {
    inRoot('<a xmlns="urn:a"><b><c/></b><c/><c xmlns="urn:other"/></a>', (document) => {
      assert.equal(elementsNamed('urn:a', 'c')(document).length, 2)
      assert.equal(childrenNamed('urn:a', 'c')(document.root).length, 1)
      assert.equal(elementsNamed('urn:a', 'a')(document).length, 1)
    })
  })

  it('knows the last element of a parent', () => {
    const lastOf = (xml: string) => inRoot(xml, ({ root }) => elementsOnly(root)?.map((element) => isLast(element)))
    assert.deepEqual(lastOf('<a><b/><c/> </a>'), [false, true])
  })

  it('gives attributes without namespaces only', () => {
    const attributes = (xml: string) => inRoot(xml, ({ root }) => plainAttributes(root))
    assert.deepEqual(attributes('<a xmlns:p="urn:p" b="1"/>'), new Map([['b', '1']]))
    assert.equal(attributes('<a xmlns:p="urn:p" p:b="1"/>'), undefined)
  })
})
