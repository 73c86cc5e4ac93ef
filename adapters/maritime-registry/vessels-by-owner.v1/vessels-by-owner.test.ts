import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Finding } from '../../../src/adapter-kit/adapter.ts'
import { readManifest, valuesAt } from '../../../src/adapter-kit/examples.ts'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../src/adapter-kit/regix/write-fields.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml, type XmlElement } from '../../../src/adapter-kit/soap/xml-element.ts'
import { applySubjectRule, type SubjectVerdict } from '../../../src/dispatch/subject.ts'
import { readCast } from '../../../src/simulator/cast.ts'
import { CAST } from '../../../test/support/simulator.ts'
import standIn from '../simulator/index.ts'

const folder = import.meta.dirname
const map = readRegixMap(folder)
const rule = readManifest(join(folder, '..')).operations.find(({ id }) => id === 'vessels-by-owner')?.subject
const cast = readCast(CAST)(new Date('2026-01-15T12:00:00Z'))
const IAMA = 'http://egov.bg/RegiX/IAMA'

const answer = (owners: string, { inside = IAMA, status = 'Active' } = {}): XmlElement =>
  parseXml(
    Buffer.from(
      `<r:RegistrationInfoByOwnerResponse xmlns:r="${IAMA}/RegistrationInfoByOwnerResponse" xmlns:i="${inside}">` +
        `<r:VesselInfo><i:RegistrationData><i:ShipName>Измислица</i:ShipName><i:RegistrationNumber>ДЕМО-9</i:RegistrationNumber>` +
        `<i:Status>${status}</i:Status>` +
        `</i:RegistrationData><i:Owners>${owners}</i:Owners><i:MainFeatures><i:BT>2.50</i:BT></i:MainFeatures>` +
        '</r:VesselInfo></r:RegistrationInfoByOwnerResponse>',
    ),
  )

const PERSON =
  '<i:Owner><i:IsCompany>false</i:IsCompany><i:Company/><i:Person><i:Names><i:FirstName>Елена</i:FirstName>' +
  '<i:FamilyName>Въображаема</i:FamilyName></i:Names><i:EGN>9225219962</i:EGN></i:Person></i:Owner>'
const COMPANY =
  '<i:Owner><i:IsCompany>true</i:IsCompany><i:Company><i:CompanyName>Друга Измислица</i:CompanyName>' +
  '<i:EIK>999999988</i:EIK></i:Company><i:Person/></i:Owner>'

/** What edno keeps of the stand-in's answer, sent over the wire's form and back. */
function kept(identifier: string): SubjectVerdict {
  const asked = readFields(writeFields({ identifier }, map.request), map.request) as { identifier: string }
  const record = standIn.operations['vessels-by-owner@1']?.(asked, cast)
  assert.ok(rule !== undefined && record !== undefined)
  const evidence = readFields(writeFields(record, map.response), map.response)
  assert.deepEqual(evidence, JSON.parse(JSON.stringify(record)))
  const finding: Finding = { status: 'found', evidence, asOf: '', sourceReference: '', signedByRegistry: false }
  return applySubjectRule(rule, { identifier }, finding)
}

const valuesOf = (verdict: SubjectVerdict, path: string): readonly unknown[] =>
  verdict.whose === 'asked' && verdict.finding.status === 'found' ? valuesAt(verdict.finding.evidence, path) : []

describe('maritime-registry/vessels-by-owner@1', () => {
  it('asks with the published element and with six symbols of the identifier only', () => {
    assert.equal(
      writeXml(writeFields({ identifier: '9225219962' }, map.request), ''),
      '<RegistrationInfoByOwnerRequest xmlns="http://egov.bg/RegiX/IAMA/RegistrationInfoByOwnerRequest">' +
        '<Identifier>922521</Identifier></RegistrationInfoByOwnerRequest>',
    )
  })

  it('reads persons and companies, whatever the prefixes and the empty halves of the choice', () => {
    assert.deepEqual(readFields(answer(PERSON + COMPANY), map.response), {
      vessels: [
        {
          name: 'Измислица',
          registrationNumber: 'ДЕМО-9',
          status: 'active',
          owners: [
            { kind: 'person', name: 'Елена Въображаема', identifier: '9225219962' },
            { kind: 'company', name: 'Друга Измислица', identifier: '999999988' },
          ],
          grossTonnage: 2.5,
        },
      ],
    })
  })

  it('does not take an owner that is neither, a state that is not known, or a vessel in another namespace', () => {
    const bad = { name: 'AdapterFault', kind: 'bad-answer' }
    assert.throws(() => readFields(answer('<i:Owner><i:Address>-</i:Address></i:Owner>'), map.response), bad)
    assert.throws(() => readFields(answer('', { status: 'Sunk' }), map.response), bad)
    // It would otherwise look like a vessel of nobody, and edno would say that nothing was found.
    const elsewhere = answer(PERSON, { inside: `${IAMA}/RegistrationInfoByOwnerResponse` })
    assert.throws(() => readFields(elsewhere, map.response), bad)
  })

  it('loses the vessels and the co-owners of others with the same six symbols', () => {
    const verdict = kept('9225219962')
    assert.deepEqual(valuesOf(verdict, 'vessels.registrationNumber'), ['ДЕМО-3', 'ДЕМО-4'])
    assert.deepEqual(valuesOf(verdict, 'vessels.owners.identifier'), ['9225219962', '9225219962'])
    assert.ok(verdict.whose === 'asked' && verdict.othersDropped)
  })

  it('finds nothing for a firm when only others with the same six symbols own vessels', () => {
    const verdict = kept('999999995')
    assert.ok(verdict.whose === 'asked' && verdict.finding.status === 'not-found' && verdict.othersDropped)
  })
})
