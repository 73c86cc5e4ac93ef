import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { conformanceSuite } from '../../src/adapter-kit/conformance.ts'
import { dataAdapter as adapter } from '../../src/adapter-kit/data-adapter.ts'
import { ADAPTERS, startRig } from '../support/simulator.ts'

/** Those without a line of code, whose stand-ins answer by their examples; the others have tests of their own. */
const isData = (folder: string): boolean =>
  !existsSync(join(folder, 'index.ts')) && !existsSync(join(folder, 'simulator'))

describe('adapters of data alone', () => {
  for (const id of readdirSync(ADAPTERS)) {
    const folder = join(ADAPTERS, id)
    if (isData(folder)) describe(id, () => conformanceSuite({ folder, adapter, start: startRig }))
  }
})
