import { join } from 'node:path'
import adapter from '../../adapters/transport-licensing/index.ts'
import type { Finding } from '../../src/adapter-kit/adapter.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { valuesAt } from '../../src/adapter-kit/examples.ts'
import { MATRIX, registryFaults } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'transport-licensing')

const ANOTHER_VEHICLE =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ExecuteResponse xmlns="http://egov.bg/RegiX">' +
  '<ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData"><IsReady>true</IsReady><Data id="data">' +
  '<Response id="response"><VehicleInspectionResponse ' +
  'xmlns="http://egov.bg/RegiX/Iaaa/VehicleInspections/VehicleInspectionResponse"><ProtocolNumber>1</ProtocolNumber>' +
  '<RegNumber>ОВ0000АВ</RegNumber></VehicleInspectionResponse></Response>' +
  `${MATRIX}</Data><HasError>false</HasError>` +
  '<ServiceCallID>7</ServiceCallID></ServiceResultData></ExecuteResult></ExecuteResponse></s:Body></s:Envelope>'

const ANOTHER_DRIVER = JSON.stringify({
  reference: '7',
  certificate: {
    number: 'ТШ-9999',
    holder: { egn: '8427029993' },
    expires: '2027-01-01',
    fitness: { conclusion: 'fit', expires: '2027-01-01' },
  },
})

const ANOTHER_CARRIER = JSON.stringify({
  reference: '7',
  licence: {
    number: 'Т-9999',
    carrier: { uic: '999999988' },
    transport: 'taxi',
    withdrawn: false,
    expires: '2027-01-01',
  },
})

const names = (finding: Finding, path: string): string =>
  finding.status === 'found' ? valuesAt(finding.evidence, path).join() : ''

describe('adapter transport-licensing', () => {
  describe('conforms', () => conformanceSuite({ folder, adapter, start: startRig }))

  describe('on the wire of technical-inspection', () =>
    registryFaults(folder, adapter, {
      operation: 'technical-inspection@1',
      path: '/RegiXEntryPointV2.svc/basic',
      mediaType: 'text/xml; charset=utf-8',
      aboutAnother: ANOTHER_VEHICLE,
      showsAnother: (finding) => names(finding, 'plate') === 'ОВ0000АВ',
    }))

  describe('on the wire of taxi-driver-certificate', () =>
    registryFaults(folder, adapter, {
      operation: 'taxi-driver-certificate@1',
      path: '/v1/taxi-drivers/search',
      mediaType: 'application/json',
      aboutAnother: ANOTHER_DRIVER,
      showsAnother: (finding) => names(finding, 'egn') === '8427029993',
    }))

  describe('on the wire of carrier-licence', () =>
    registryFaults(folder, adapter, {
      operation: 'carrier-licence@1',
      path: '/v1/carriers/search',
      mediaType: 'application/json',
      aboutAnother: ANOTHER_CARRIER,
      showsAnother: (finding) => names(finding, 'uic') === '999999988',
    }))
})
