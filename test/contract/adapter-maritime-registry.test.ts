import { join } from 'node:path'
import adapter from '../../adapters/maritime-registry/index.ts'
import type { Finding } from '../../src/adapter-kit/adapter.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { valuesAt } from '../../src/adapter-kit/examples.ts'
import { MATRIX, registryFaults } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'maritime-registry')
const wire = { path: '/RegiXEntryPointV2.svc/basic', mediaType: 'text/xml; charset=utf-8' }

const reply = (response: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ExecuteResponse xmlns="http://egov.bg/RegiX">' +
  '<ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData"><IsReady>true</IsReady><Data id="data">' +
  `<Response id="response">${response}</Response>${MATRIX}</Data><HasError>false</HasError><ServiceCallID>7</ServiceCallID>` +
  '</ServiceResultData></ExecuteResult></ExecuteResponse></s:Body></s:Envelope>'

const ANOTHER_SEAFARER = reply(
  '<SeafarersLicensesResponse xmlns="http://egov.bg/RegiX/IAMA/SeafarersLicensesResponse"><Name>Друга</Name>' +
    '<EGN>8427029993</EGN></SeafarersLicensesResponse>',
)
const ANOTHER_OWNER = reply(
  '<RegistrationInfoByOwnerResponse xmlns="http://egov.bg/RegiX/IAMA/RegistrationInfoByOwnerResponse"><VesselInfo>' +
    '<RegistrationData xmlns="http://egov.bg/RegiX/IAMA"><RegistrationNumber>ДЕМО-9</RegistrationNumber>' +
    '</RegistrationData><Owners xmlns="http://egov.bg/RegiX/IAMA"><Owner><IsCompany>true</IsCompany><Company><EIK>100000550</EIK></Company>' +
    '</Owner></Owners></VesselInfo></RegistrationInfoByOwnerResponse>',
)

const names = (finding: Finding, path: string): string =>
  finding.status === 'found' ? valuesAt(finding.evidence, path).join() : ''

describe('adapter maritime-registry', () => {
  describe('conforms', () => conformanceSuite({ folder, adapter, start: startRig }))

  describe('on the wire of seafarer-certificates', () =>
    registryFaults(folder, adapter, {
      ...wire,
      operation: 'seafarer-certificates@1',
      aboutAnother: ANOTHER_SEAFARER,
      showsAnother: (finding) => names(finding, 'egn') === '8427029993',
    }))

  describe('on the wire of vessels-by-owner', () =>
    registryFaults(folder, adapter, {
      ...wire,
      operation: 'vessels-by-owner@1',
      aboutAnother: ANOTHER_OWNER,
      showsAnother: (finding) => names(finding, 'vessels.owners.identifier') === '100000550',
    }))
})
