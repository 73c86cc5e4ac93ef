import assert from 'node:assert/strict'
import { withDocument } from '../../../src/xml/parse-xml.ts'
import { compileXsd } from '../../../src/xml/xsd.ts'

const SCHEMA = compileXsd(
  Buffer.from(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" targetNamespace="urn:t">
  <xs:element name="a"><xs:complexType><xs:sequence>
    <xs:element name="b" minOccurs="2" maxOccurs="2"><xs:complexType><xs:sequence>
      <xs:element name="n"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]+"/></xs:restriction></xs:simpleType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element></xs:schema>`),
)
const mistakes = (xml: string) => withDocument(Buffer.from(xml), (document) => SCHEMA.mistakes(document))

describe('validation by XSD', () => {
  it('finds nothing wrong with a valid document, again and again', () => {
    for (let round = 0; round < 3; round += 1)
      assert.deepEqual(mistakes('<a xmlns="urn:t"><b><n>1</n></b><b><n>2</n></b></a>'), [])
  })

  it('names the place, the line and what is expected, never the value', () => {
    assert.deepEqual(mistakes('<a xmlns="urn:t"><b><n>1</n></b>\n<b><n>8427029967x</n></b></a>'), [
      { path: 'a/b/n', line: 2, expectation: 'the value is not of the expected form' },
    ])
    assert.deepEqual(mistakes('<a xmlns="urn:t"><b><n>1</n></b></a>'), [
      { path: 'a', line: 1, expectation: 'incomplete, expected: b' },
    ])
    assert.deepEqual(mistakes('<a xmlns="urn:t"><x>8427029967</x></a>'), [
      { path: 'a/x', line: 1, expectation: 'not expected here, expected: b' },
    ])
  })

  it('says so of text and attributes that are not expected', () => {
    const [text] = mistakes('<a xmlns="urn:t">secret<b><n>1</n></b><b><n>2</n></b></a>')
    assert.deepEqual(text, { path: 'a', line: 1, expectation: 'text is not expected here' })
    const [attribute] = mistakes('<a xmlns="urn:t" secret="secret"><b><n>1</n></b><b><n>2</n></b></a>')
    assert.deepEqual(attribute, { path: 'a', line: 1, expectation: 'attributes are not expected' })
  })

  it('is not misled by values that look like its messages', () => {
    const [mistake] = mistakes(
      '<a xmlns="urn:t"><b><n>x\': This element is not expected. Expected is ( secret ).</n></b><b><n>2</n></b></a>',
    )
    assert.deepEqual(mistake?.path, 'a/b/n')
    assert.ok(!JSON.stringify(mistake).includes('secret'))
  })
})
