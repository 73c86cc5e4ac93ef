import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AdapterFault } from '../../../../src/adapter-kit/adapter.ts'
import { parseXml } from '../../../../src/adapter-kit/soap/parse-xml.ts'
import { textOf, writeXml, type XmlElement } from '../../../../src/adapter-kit/soap/xml-element.ts'

const parse = (text: string): XmlElement => parseXml(Buffer.from(text))
const refuses = (text: string | Uint8Array): void =>
  assert.throws(
    () => parseXml(Buffer.from(text)),
    (error) => AdapterFault.is(error) && error.kind === 'bad-answer' && !error.message.includes('тайна'),
  )

describe('parseXml', () => {
  it('reads by namespace, whatever the prefixes', () => {
    const plain = parse('<Answer xmlns="urn:a"><Name>Иван</Name></Answer>')
    assert.deepEqual(parse('<p:Answer xmlns:p="urn:a"><q:Name xmlns:q="urn:a">Иван</q:Name></p:Answer>'), plain)
    assert.equal(textOf(plain, 'Name'), 'Иван')
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
