import { join } from 'node:path'
import adapter from '../../adapters/civil-registry/index.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { registryFaults, regixReply } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'civil-registry')

const ABOUT_ANOTHER = regixReply(
  '<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest"><EGN>8427029993</EGN></ValidPersonRequest>',
  '<ValidPersonResponse xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonResponse"><FirstName>Друга</FirstName></ValidPersonResponse>',
)

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
