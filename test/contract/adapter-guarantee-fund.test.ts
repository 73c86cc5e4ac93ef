import { join } from 'node:path'
import { dataAdapter as adapter } from '../../src/adapter-kit/data-adapter.ts'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { registryFaults } from '../support/registry-faults.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

const folder = join(ADAPTERS, 'guarantee-fund')

const ABOUT_ANOTHER = JSON.stringify({
  reference: '7',
  policy: {
    number: 'ИЗМ/0002',
    vehicle: { vin: 'EDNTESTVEHCLE0002' },
    insurer: { name: 'Застраховател Измислица АД' },
    cover: { from: '2025-09-17', to: '2026-09-17' },
  },
})

describe('adapter guarantee-fund', () => {
  describe('conforms', () => conformanceSuite({ folder, adapter, start: startRig }))

  describe('on the wire', () =>
    registryFaults(folder, adapter, {
      operation: 'motor-insurance@1',
      path: '/v1/policies/search',
      mediaType: 'application/json',
      aboutAnother: ABOUT_ANOTHER,
      showsAnother: (finding) =>
        finding.status === 'found' && (finding.evidence as { readonly vin: string }).vin === 'EDNTESTVEHCLE0002',
    }))
})
