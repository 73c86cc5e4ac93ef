import assert from 'node:assert/strict'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../src/adapter-kit/regix/write-fields.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml } from '../../../src/adapter-kit/soap/xml-element.ts'
import { applySubjectRule } from '../../../src/dispatch/subject.ts'

const map = readRegixMap(import.meta.dirname)
const RULE = { input: 'egn', answer: 'egn', mismatch: 'refuse' } as const

const read = (content: string): unknown =>
  readFields(
    parseXml(
      Buffer.from(
        '<SeafarersLicensesResponse xmlns="http://egov.bg/RegiX/IAMA/SeafarersLicensesResponse">' +
          `${content}</SeafarersLicensesResponse>`,
      ),
    ),
    map.response,
  )

describe('maritime-registry/seafarer-certificates@1', () => {
  it('asks with the published element, namespace and field', () => {
    assert.equal(
      writeXml(writeFields({ egn: '8427029967' }, map.request), ''),
      '<SeafarersLicensesRequest xmlns="http://egov.bg/RegiX/IAMA/SeafarersLicensesRequest"><EGN>8427029967</EGN>' +
        '</SeafarersLicensesRequest>',
    )
  })

  it('reads days out of instants, several qualifications of one certificate, and passes over a nil one', () => {
    const evidence = read(
      '<EGN>8427029967</EGN><Certificates><Certificate><IssueDate>2024-12-11T00:00:00+02:00</IssueDate>' +
        '<ValidDate>2028-07-03T00:00:00</ValidDate><UniqueNumber>ИЗМ-0001</UniqueNumber><Id>1</Id><Qualification>' +
        '<StringElement>Водач на кораб до 40 БТ</StringElement><StringElement>Моторист</StringElement></Qualification>' +
        '<Duty><StringElement>Водач</StringElement></Duty></Certificate>' +
        '<Certificate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Certificates>',
    )
    assert.deepEqual(evidence, {
      egn: '8427029967',
      certificates: [
        {
          issued: '2024-12-11',
          validUntil: '2028-07-03',
          number: 'ИЗМ-0001',
          qualification: 'Водач на кораб до 40 БТ; Моторист',
          duty: 'Водач',
        },
      ],
    })
  })

  it('writes what it reads', () => {
    const evidence = {
      names: { first: 'Иван', surname: 'Примеров', family: 'Измислен' },
      egn: '8427029967',
      certificates: [{ validUntil: '2028-07-03', qualification: 'Водач; Моторист' }, { number: 'ИЗМ-0002' }],
    }
    assert.deepEqual(readFields(writeFields(evidence, map.response), map.response), evidence)
  })

  it('does not take the eleven digits of the published sample for the person asked about', () => {
    const evidence = read('<EGN>84270299671</EGN>')
    const base = { asOf: '2026-01-15', sourceReference: 'regix:1', signedByRegistry: false }
    const verdict = applySubjectRule(RULE, { egn: '8427029967' }, { ...base, status: 'found', evidence })
    assert.deepEqual(verdict, { whose: 'others' })
  })

  it('does not take an answer that names nobody', () => {
    assert.throws(() => read('<Name>Иван</Name>'), { name: 'AdapterFault', kind: 'bad-answer' })
  })
})
