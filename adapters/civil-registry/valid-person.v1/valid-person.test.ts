import assert from 'node:assert/strict'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../src/adapter-kit/regix/write-fields.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml } from '../../../src/adapter-kit/soap/xml-element.ts'

const map = readRegixMap(import.meta.dirname)

describe('civil-registry/valid-person@1', () => {
  it('asks with the published element, namespace and field', () => {
    assert.equal(
      writeXml(writeFields({ egn: '8427029967' }, map.request), ''),
      '<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest"><EGN>8427029967</EGN></ValidPersonRequest>',
    )
  })

  it('reads a person who died, whatever the prefixes', () => {
    const answer = parseXml(
      Buffer.from(
        '<p:ValidPersonResponse xmlns:p="http://egov.bg/RegiX/GRAO/NBD/ValidPersonResponse">' +
          '<p:FirstName>Стоян</p:FirstName><p:SurName>Примеров</p:SurName><p:FamilyName>Несъществуващ</p:FamilyName>' +
          '<p:BirthDate>1887-11-30</p:BirthDate><p:DeathDate>1959-03-01</p:DeathDate></p:ValidPersonResponse>',
      ),
    )
    assert.deepEqual(readFields(answer, map.response), {
      names: { first: 'Стоян', surname: 'Примеров', family: 'Несъществуващ' },
      birthDate: '1887-11-30',
      deathDate: '1959-03-01',
    })
  })
})
