import type { Application } from '../../src/model/application.ts'
import type { AssembledAnswer } from '../../src/model/exchange.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../src/model/ids.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import { sealCanonicalXml } from '../../src/signature/seal-xml.ts'
import { sealerOf, type TestIdentity } from './certificates.ts'

/** The instant at which the documents of the tests were made. */
export const ISSUED_AT = '2026-10-05T09:30:00+03:00'

/** A taxi-permit application of an invented person in Троян. */
export function sampleApplication(changes: Partial<Application> = {}): Application {
  return {
    exchangeId: exchangeId('0199b2a4-7c00-7abc-8def-0123456789ab'),
    consumer: partyId('troyan'),
    issuedAt: ISSUED_AT,
    service: { id: 'taxi-permit', version: 1 },
    case: 'ТР-2026-000123',
    official: { identifier: 'troyan-017', names: 'Служителка Измислена', position: 'главен експерт' },
    legalBasis: 'zavp-24a',
    applicant: { identifierType: 'egn', identifier: '8427029967', names: 'Иван Примеров Измислен' },
    body: {
      driver: { egn: '8427029967' },
      trader: { kind: 'company', uic: '999999995' },
      vehicle: { plate: 'ОВ0000АА' },
    },
    ...changes,
  }
}

export const applicationXml = (changes: Partial<Application> = {}): string =>
  writeApplication(sampleApplication(changes))

/** Sealed with the identity's key, as its software would send it. */
export const sealedApplication = (identity: TestIdentity, changes: Partial<Application> = {}): Uint8Array =>
  sealCanonicalXml(applicationXml({ consumer: partyId(identity.party), ...changes }), sealerOf(identity))

/** An answer with every kind of member in it. */
export function sampleAnswer(changes: Partial<AssembledAnswer> = {}): AssembledAnswer {
  const validPerson = operationRef('civil-registry/valid-person@1')
  return {
    stage: 'assembled',
    exchangeId: exchangeId('0199b2a4-7c00-7abc-8def-0123456789ab'),
    consumer: partyId('troyan'),
    service: serviceRef('taxi-permit', 1),
    format: 'xml',
    requestDigest: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
    issuedAt: '2026-10-05T06:30:01.250Z',
    status: 'partial',
    problems: [
      {
        code: 'provider.timeout',
        title: { bg: 'Регистърът не отговори навреме', en: 'The registry did not answer in time' },
        call: 'insurance',
      },
    ],
    parts: [
      {
        call: 'driver',
        operation: validPerson,
        outcome: 'found',
        provenance: {
          registry: 'civil-registry',
          operation: validPerson,
          askedAt: '2026-10-05T06:30:00.100Z',
          asOf: '2026-10-05',
          sourceReference: 'GRAO-000001',
          signedByRegistry: false,
          othersDropped: false,
        },
        evidence: {
          names: { first: 'Иван', surname: 'Примеров', family: 'Измислен & <сие>' },
          birthDate: '1884-07-02',
          deathDate: null,
        },
      },
      {
        call: 'managers.0',
        operation: validPerson,
        outcome: 'found',
        evidence: { tags: ['а', 'б'], flags: [], count: 2, valid: true },
      },
      {
        call: 'insurance',
        operation: operationRef('guarantee-fund/motor-insurance@1'),
        outcome: 'late',
        problem: 'provider.timeout',
      },
    ],
    checks: [
      {
        id: 'owner-is-trader',
        title: { bg: 'Автомобилът е на търговеца', en: 'The trader owns the vehicle' },
        result: 'pass',
        calls: ['vehicle', 'trader'],
      },
    ],
    ...changes,
  }
}
