import type { AdapterModule } from './adapter.ts'
import { conformanceChecks } from './conformance/adapter-checks.ts'
import { Bench, type ConformanceRig } from './conformance/bench.ts'
import { readManifest } from './examples.ts'

export type { ConformanceRig } from './conformance/bench.ts'

export interface SuiteSubject {
  /** Absolute folder of the adapter. */
  readonly folder: string
  readonly adapter: AdapterModule
  readonly start: (registry: string) => Promise<ConformanceRig>
}

/** What `edno adapter check` runs, as mocha tests. */
export function conformanceSuite({ folder, adapter, start }: SuiteSubject): void {
  const manifest = readManifest(folder)
  const bench = new Bench({ folder, manifest, adapter, start })

  before(() => bench.start())
  afterEach(() => bench.rig.setFault(undefined))
  after(() => bench.close())

  for (const { group, title, run, notApplicable } of conformanceChecks(manifest, folder))
    if (notApplicable === undefined) it(`${group}: ${title}`, () => run(bench))
}
