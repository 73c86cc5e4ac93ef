import assert from 'node:assert/strict'
import { join } from 'node:path'
import { AdapterFault, type AdapterFaultKind, type Finding } from '../../../src/adapter-kit/adapter.ts'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../src/adapter-kit/regix/write-fields.ts'
import { soapEnvelope, soapFault } from '../../../src/adapter-kit/soap/envelope.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml } from '../../../src/adapter-kit/soap/xml-element.ts'
import { askIntercepted, MATRIX, regixReply } from '../../../test/support/registry-faults.ts'
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
    const denying = reply.replace(MATRIX, matrix)
    await fails(ask(denying), 'refused')
    assert.equal((await ask(denying, 200, ['names'])).status, 'found')
    await fails(ask(denying.replace('<HasAccess>true<', '<HasAccess>false<')), 'refused')
  })

  const answering = (inner: string): string => reply.replace('<FirstName>Иван</FirstName>', inner)
  const first = '<FirstName>Иван</FirstName>'

  it('does not take an answer that names nobody for a person who lives', async () => {
    await fails(ask(answering('<Remark>Справката е изпълнена</Remark>'), 200, ['deathDate']), 'bad-answer')
    await fails(ask(answering('Няма данни'), 200, ['deathDate']), 'bad-answer')
    assert.equal((await ask(answering(''), 200, ['deathDate'])).status, 'not-found')
  })

  it('does not pass over a day of death in another namespace, in a nil element, or in an element of its own', async () => {
    const nil = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"'
    for (const death of ['xmlns="urn:other">2020-01-01', `${nil}>2020-01-01`, '><Day>2020-01-01</Day>'])
      await fails(ask(answering(`${first}<DeathDate ${death}</DeathDate>`), 200, ['deathDate']), 'bad-answer')
    const more = `${first}<Nationality>българско</Nationality><DeathDate ${nil}/>`
    const finding = await ask(answering(more), 200, ['deathDate'])
    assert.deepEqual(finding.status === 'found' && finding.evidence, {})
  })

  it('does not take a day of death that RegiX denies for none, however the denial is spelt', async () => {
    const denying = (spelling: string): string =>
      reply.replace(
        '<Properties/>',
        `<Properties><Property><HasAccess>${spelling}</HasAccess><Name>DeathDate</Name></Property></Properties>`,
      )
    for (const spelling of ['false', '0']) await fails(ask(denying(spelling), 200, ['deathDate']), 'refused')
    await fails(ask(denying('FALSE'), 200, ['deathDate']), 'bad-answer')
    assert.equal((await ask(denying('1'), 200, ['deathDate'])).status, 'found')
  })

  it('does not take a reply without the access matrix, which was asked for', async () => {
    await fails(ask(reply.replace(MATRIX, ''), 200, ['deathDate']), 'bad-answer')
  })

  it('refuses a two-megabyte answer without parsing it', async () => {
    const large = answering(first + '<Note/>'.repeat(290_000))
    await assert.rejects(ask(large), (error) => AdapterFault.is(error) && error.message.endsWith('too large'))
    await fails(ask(answering(first + '<Note/>'.repeat(6000))), 'bad-answer')
  })

  it("does not hand on free text as the registry's number of the answer", async () => {
    await fails(ask(reply.replace('>7<', '>Иван Примеров<')), 'bad-answer')
  })

  it('does not take a reply that repeats no question, or answers another operation', async () => {
    await fails(ask(reply.replace(asked, '')), 'bad-answer')
    await fails(ask(reply.replaceAll('ValidPersonResponse', 'PersonDataResponse')), 'bad-answer')
    await fails(ask(soapEnvelope('<Other/>')), 'bad-answer')
  })
})
