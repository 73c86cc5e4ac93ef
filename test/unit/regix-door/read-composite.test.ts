import assert from 'node:assert/strict'
import type { XmlElement } from '../../../src/adapter-kit/soap/xml-element.ts'
import { readComposite } from '../../../src/regix-door/read-composite.ts'

const NAMESPACE = 'urn:edno:exchange:1'
const element = (
  name: string,
  content: string | readonly XmlElement[],
  more: Partial<XmlElement> = {},
): XmlElement => ({
  ...{ name, namespace: NAMESPACE, attributes: {}, nil: false },
  ...(typeof content === 'string' ? { children: [], text: content } : { children: content, text: '' }),
  ...more,
})
const applicant = (names = 'Собственик Измислен', more: Partial<XmlElement> = {}): XmlElement =>
  element(
    'Applicant',
    [element('IdentifierType', 'egn'), element('Identifier', '9225219962'), element('Names', names)],
    more,
  )
const body = (more: Partial<XmlElement> = {}): XmlElement =>
  element('Body', [element('owner', [element('idType', 'egn'), element('identifier', '9225219962')], more)])
const document = (content: string): XmlElement => element('ApplicantDocument', content)

describe('the Question of a composite service', () => {
  it('is read as an application is', () => {
    assert.deepEqual(
      readComposite(element('Question', [applicant(' Собственик Измислен '), document('QQ\n=='), body()])),
      {
        applicant: { identifierType: 'egn', identifier: '9225219962', names: 'Собственик Измислен' },
        applicantDocument: 'QQ==',
        body: { owner: { idType: 'egn', identifier: '9225219962' } },
      },
    )
  })

  const WRONG: Readonly<Record<string, readonly XmlElement[]>> = {
    'no names': [applicant(''), body()],
    'names of 201 characters': [applicant('Я'.repeat(201)), body()],
    'names in two lines': [applicant('Собственик\nИзмислен'), body()],
    'a document that is no base64': [applicant(), document('%%%'), body()],
    'a document of another length than base64 has': [applicant(), document('QQ='), body()],
    'a document above the limit': [applicant(), document('A'.repeat(699_056)), body()],
    'text beside elements': [applicant(), body({ text: 'or any other' })],
    'text beside the applicant’s members': [applicant(undefined, { text: 'x' }), body()],
    'an attribute': [applicant(), body({ attributes: { all: 'true' } })],
    'an attribute of the applicant': [applicant(undefined, { attributes: { all: 'true' } }), body()],
  }
  for (const [wrong, members] of Object.entries(WRONG))
    it(`is refused with ${wrong}, as an application is`, () => {
      assert.throws(() => readComposite(element('Question', members)), { code: 'regix.argument' })
    })
})
