import { join } from 'node:path'
import { dataAdapter as adapter } from '../../src/adapter-kit/data-adapter.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { registryFaults, regixReply } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'commercial-register')
const TRADE = 'http://egov.bg/RegiX/AV/TR'

const ABOUT_ANOTHER = regixReply(
  `<ActualStateRequestV3 xmlns="${TRADE}/ActualStateRequestV3"><UIC>999999995</UIC></ActualStateRequestV3>`,
  `<ActualStateResponseV3 xmlns="${TRADE}/ActualStateResponseV3"><Deed><DeedStatus xmlns="${TRADE}/SubdeedsCommon">N</DeedStatus>` +
    `<UIC xmlns="${TRADE}/SubdeedsCommon">999999988</UIC></Deed><DataFound>true</DataFound></ActualStateResponseV3>`,
)

describe('adapter commercial-register', () => {
  describe('conforms', () => conformanceSuite({ folder, adapter, start: startRig }))

  describe('on the wire', () =>
    registryFaults(folder, adapter, {
      operation: 'actual-state@1',
      path: '/RegiXEntryPointV2.svc/basic',
      mediaType: 'text/xml; charset=utf-8',
      aboutAnother: ABOUT_ANOTHER,
      showsAnother: (finding) =>
        finding.status === 'found' && (finding.evidence as { readonly uic: string }).uic === '999999988',
    }))
})
