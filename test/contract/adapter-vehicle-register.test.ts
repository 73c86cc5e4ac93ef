import { join } from 'node:path'
import { dataAdapter as adapter } from '../../src/adapter-kit/data-adapter.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { registryFaults, regixReply } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'vehicle-register')
const NAME = 'GetMotorVehicleRegistrationInfoV3'
const NAMESPACE = `http://egov.bg/RegiX/MVR/MPS/${NAME}`

const ABOUT_ANOTHER = regixReply(
  `<${NAME}Request xmlns="${NAMESPACE}Request"><Identifier>ОВ0000АА</Identifier></${NAME}Request>`,
  `<${NAME}Response xmlns="${NAMESPACE}Response"><Response><Results><Result><VehicleData>` +
    '<RegistrationNumber>ОВ0000АХ</RegistrationNumber></VehicleData></Result></Results>' +
    `<ReturnInformation><ReturnCode>0000</ReturnCode></ReturnInformation></Response></${NAME}Response>`,
)

describe('adapter vehicle-register', () => {
  describe('conforms', () => conformanceSuite({ folder, adapter, start: startRig }))

  describe('on the wire', () =>
    registryFaults(folder, adapter, {
      operation: 'registration@1',
      path: '/RegiXEntryPointV2.svc/basic',
      mediaType: 'text/xml; charset=utf-8',
      aboutAnother: ABOUT_ANOTHER,
      showsAnother: (finding) =>
        finding.status === 'found' && (finding.evidence as { readonly plate: string }).plate === 'ОВ0000АХ',
    }))
})
