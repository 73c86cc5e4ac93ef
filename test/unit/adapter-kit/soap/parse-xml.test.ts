import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AdapterFault } from '../../../../src/adapter-kit/adapter.ts'
import { parseXml } from '../../../../src/adapter-kit/soap/parse-xml.ts'
import { readDom } from '../../../../src/adapter-kit/soap/read-dom.ts'
import { textOf, writeXml, type XmlElement } from '../../../../src/adapter-kit/soap/xml-element.ts'

/** By both readers, which must say the same. */
const parse = (text: string): XmlElement => {
  const read = parseXml(Buffer.from(text))
  assert.deepEqual(read, readDom(Buffer.from(text)))
  return read
}
const refuses = (text: string | Uint8Array): void => {
  for (const reader of [parseXml, readDom])
    assert.throws(
      () => reader(Buffer.from(text)),
      (error) => AdapterFault.is(error) && error.kind === 'bad-answer' && !error.message.includes('тайна'),
    )
}

describe('parseXml', () => {
  it('reads by namespace, whatever the prefixes', () => {
    const plain = parse('<Answer xmlns="urn:a"><Name>Иван</Name></Answer>')
    assert.deepEqual(parse('<p:Answer xmlns:p="urn:a"><q:Name xmlns:q="urn:a">Иван</q:Name></p:Answer>'), plain)
    assert.equal(textOf(plain, 'Name'), 'Иван')
  })

  it('reads each prefix and default namespace where it stands, and none beyond', () => {
    const { children } = parse(
      '<a xmlns="urn:1" xmlns:p="urn:2"><p:b><p:c xmlns:p="urn:3"/><c xmlns=""><d/></c><p:e/></p:b><f/></a>',
    )
    const shown = (element: XmlElement): unknown[] => [
      `${element.namespace} ${element.name}`,
      ...element.children.map(shown),
    ]
    assert.deepEqual(children.map(shown), [['urn:2 b', ['urn:3 c'], [' c', [' d']], ['urn:2 e']], ['urn:1 f']])
  })

  it('reads text and attributes as XML means them, however they are written', () => {
    const { text, attributes, children } = parse(
      "<a v='&lt;&quot;&#x20;&gt;' xmlns:q='urn:q' q:w='no' x=\"a'&#10;b\tc>\">&amp;lt; <!-- <b/> --><![CDATA[<b>&amp;</b>]]>&#1080;\r\n&#13;<c/>&#x2F;</a>",
    )
    assert.equal(text, '&lt; <b>&amp;</b>и\n\r/')
    assert.deepEqual(attributes, { v: '<" >', x: "a'\nb c>" })
    assert.deepEqual(
      children.map(({ name, text: own, attributes: of }) => [name, own, of]),
      [['c', '', {}]],
    )
  })

  it('takes a declaration with either quotes, also after a line break', () => {
    assert.equal(parse("\n<?xml version='1.0' encoding='UTF-8'?>\n<a/>").name, 'a')
    assert.equal(parse('<?xml version="1.0"?><a/>').name, 'a')
  })

  it('reads nil and blank elements as no text', () => {
    const xsi = 'http://www.w3.org/2001/XMLSchema-instance'
    const element = parse(`<a xmlns:i="${xsi}"><b i:nil="true"/><c> </c><d i:nil="false">x</d></a>`)
    assert.deepEqual(
      ['b', 'c', 'd'].map((name) => textOf(element, name)),
      [undefined, undefined, 'x'],
    )
  })

  it('refuses document types, entities, instructions and what is not well-formed, and repeats nothing of it', () => {
    refuses('<!DOCTYPE a [<!ENTITY e "тайна">]><a>&e;</a>')
    refuses('<a><?тайна x?></a>')
    refuses('<a>тайна</b>')
    refuses('<a>тайна')
    refuses('<a/><тайна/>')
    refuses('<a x="1" x="2"/>')
    refuses('<p:a>тайна</p:a>')
    refuses('тайна')
    refuses('<a><b>тайна</a></b>')
    refuses('<a>тайна & тайна</a>')
    refuses('<a>&тайна;</a>')
    refuses('<a>]]></a>')
    refuses('<a p:b="тайна"/>')
    refuses('<a/>тайна')
    refuses('')
    refuses(Uint8Array.of(0x3c, 0x61, 0x3e, 0xc3, 0x28, 0x3c, 0x2f, 0x61, 0x3e))
  })

  it('refuses an element that is nil and has content, or that is neither nil nor not', () => {
    const nil = (value: string, content: string): string =>
      `<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:nil="${value}">${content}</b></a>`
    refuses(nil('true', 'тайна'))
    refuses(nil('1', '<c/>'))
    refuses(nil(' true ', 'тайна'))
    refuses(nil('yes', ''))
    assert.equal(parse(nil('1', ' ')).children[0]?.nil, true)
  })

  it('refuses more elements than any answer has', () => {
    assert.equal(parse(`<a>${'<b/>'.repeat(4999)}</a>`).children.length, 4999)
    refuses(`<a>${'<b/>'.repeat(5000)}</a>`)
  })

  it('refuses what nests deeper than any message does', () => {
    assert.equal(parse('<a>'.repeat(60) + '</a>'.repeat(60)).name, 'a')
    refuses('<a>'.repeat(65) + '</a>'.repeat(65))
  })
})

describe('the two readers', () => {
  const prefixes = ['', 'p:', 'q:'] as const
  const text = fc.constantFrom(
    '',
    ' ',
    'Иван',
    '&amp;&lt;',
    '<![CDATA[<x>]]>',
    '<!-- тайна -->',
    '\r\n',
    '&#1080;',
    '"\'>',
  )
  const attributes = fc.constantFrom(
    '',
    ' v="1"',
    ' v=\'&quot;&#9;\' p:w="2"',
    ' xmlns:p="urn:3"',
    ' xmlns="urn:4"',
    ' xmlns=""',
  )
  const { element } = fc.letrec<{ readonly element: string }>((tie) => ({
    element: fc
      .tuple(
        fc.constantFrom(...prefixes),
        fc.constantFrom('a', 'B', 'Име'),
        attributes,
        fc.array(fc.oneof({ depthSize: 'small' }, text, tie('element')), { maxLength: 4 }),
      )
      .map(([prefix, name, of, inside]) => `<${prefix}${name}${of}>${inside.join('')}</${prefix}${name}>`),
  }))

  it('understand every document alike', () => {
    fc.assert(
      fc.property(element, (inside) => {
        parse(`<r xmlns="urn:1" xmlns:p="urn:2" xmlns:q="urn:5">${inside}</r>`)
      }),
    )
  })
})

describe('writeXml', () => {
  it('writes default namespaces only where they change, and no prefix', () => {
    const element = parse('<p:a xmlns:p="urn:1"><p:b/><q:c xmlns:q="urn:2">x</q:c><d/></p:a>')
    assert.equal(writeXml(element, ''), '<a xmlns="urn:1"><b/><c xmlns="urn:2">x</c><d xmlns=""/></a>')
  })

  it('carries any text and attribute value there and back', () => {
    const safe = fc.string({ unit: 'grapheme' }).filter((text) => /^[\t\n\r -~\u{a0}-\u{fdcf}]*$/u.test(text))
    fc.assert(
      fc.property(safe, safe, (text, value) => {
        const written = writeXml(
          { name: 'a', namespace: 'urn:a', attributes: { v: value }, nil: false, children: [], text },
          '',
        )
        const read = parse(written)
        assert.equal(read.text, text)
        // White space in attribute values is normalised by XML itself (§3.3.3).
        assert.equal(read.attributes['v'], value.replace(/[\t\n]/g, ' '))
      }),
    )
  })
})
