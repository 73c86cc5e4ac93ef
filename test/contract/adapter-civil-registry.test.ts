import { join } from 'node:path'
import adapter from '../../adapters/civil-registry/index.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { registryFaults } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'civil-registry')

const ABOUT_ANOTHER =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ExecuteResponse xmlns="http://egov.bg/RegiX">' +
  '<ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData"><IsReady>true</IsReady><Data id="data">' +
  '<Request id="request"><ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest">' +
  '<EGN>8427029993</EGN></ValidPersonRequest></Request><Response id="response">' +
  '<ValidPersonResponse xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonResponse"><FirstName>Друга</FirstName>' +
  '</ValidPersonResponse></Response></Data><HasError>false</HasError><ServiceCallID>7</ServiceCallID>' +
  '</ServiceResultData></ExecuteResult></ExecuteResponse></s:Body></s:Envelope>'

describe('adapter civil-registry', () => {
  describe('conforms', () => conformanceSuite({ folder, adapter, start: startRig }))

  describe('on the wire', () =>
    registryFaults(folder, adapter, {
      operation: 'valid-person@1',
      path: '/RegiXEntryPointV2.svc/basic',
      mediaType: 'text/xml; charset=utf-8',
      aboutAnother: ABOUT_ANOTHER,
      showsAnother: (finding) => finding.echo === '8427029993',
    }))
})
