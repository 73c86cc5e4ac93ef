import assert from 'node:assert/strict'
import { join } from 'node:path'
import { AdapterFault, type AdapterFaultKind, type Finding } from '../../../src/adapter-kit/adapter.ts'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../src/adapter-kit/regix/write-fields.ts'
import { soapEnvelope, soapFault } from '../../../src/adapter-kit/soap/envelope.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml } from '../../../src/adapter-kit/soap/xml-element.ts'
import { askIntercepted, regixReply } from '../../../test/support/registry-faults.ts'
import adapter from '../index.ts'

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

  const PERSON = 'http://egov.bg/RegiX/GRAO/NBD/ValidPerson'
  const asked = `<ValidPersonRequest xmlns="${PERSON}Request"><EGN>8427029967</EGN></ValidPersonRequest>`
  const answered = `<ValidPersonResponse xmlns="${PERSON}Response"><FirstName>Иван</FirstName></ValidPersonResponse>`
  const reply = regixReply(asked, answered)
  const ask = (answer: string, status = 200, fields: readonly string[] = ['names', 'birthDate']): Promise<Finding> =>
    askIntercepted({
      adapter,
      folder: join(import.meta.dirname, '..'),
      operation: 'valid-person@1',
      input: { egn: '8427029967' },
      fields,
      answer,
      status,
    })
  const fails = (asking: Promise<Finding>, kind: AdapterFaultKind): Promise<void> =>
    assert.rejects(asking, (error) => AdapterFault.is(error) && error.kind === kind)

  it('tells a SOAP fault, which asking again does not mend, from any other 500', async () => {
    await fails(ask(soapFault('Element request.Operation is invalid.'), 500), 'bad-answer')
    await fails(ask('<html/>', 500), 'unavailable')
    await fails(ask(reply, 500), 'unavailable')
  })

  it('tells a field that RegiX denies from an empty one, where the field was asked for', async () => {
    const matrix =
      '<Matrix><HasAccess>true</HasAccess><Properties><Property><HasAccess>false</HasAccess><Name>BirthDate</Name>' +
      '</Property></Properties></Matrix>'
    const denying = reply.replace('</Response></Data>', `</Response>${matrix}</Data>`)
    await fails(ask(denying), 'refused')
    assert.equal((await ask(denying, 200, ['names'])).status, 'found')
    await fails(ask(denying.replace('<HasAccess>true<', '<HasAccess>false<')), 'refused')
  })

  it('does not take a reply that repeats no question, or answers another operation', async () => {
    await fails(ask(reply.replace(asked, '')), 'bad-answer')
    await fails(ask(reply.replaceAll('ValidPersonResponse', 'PersonDataResponse')), 'bad-answer')
    await fails(ask(soapEnvelope('<Other/>')), 'bad-answer')
  })
})
