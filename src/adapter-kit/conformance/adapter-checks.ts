import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { openingChecks } from './opening-checks.ts'
import type { AdapterManifest } from '../adapter.ts'
import type { ConformanceCheck } from './check.ts'
import { answerChecks } from './answer-checks.ts'
import { failureChecks } from './failure-checks.ts'

const CLOSING_MS = 2000

/** Everything that edno relies on of an adapter, in the order in which it is to be run: the last check closes the adapter. */
export function conformanceChecks(manifest: AdapterManifest, folder: string): readonly ConformanceCheck[] {
  return [
    ...openingChecks,
    ...manifest.operations.flatMap((operation) => [...answerChecks(operation, folder), ...failureChecks(operation)]),
    ...closingChecks,
  ]
}

const closingChecks: readonly ConformanceCheck[] = [
  {
    group: 'adapter',
    title: 'keeps its connections alive, and closes them when it is closed',
    run: async ({ rig, adapter }) => {
      assert.ok((await rig.connections()) > 0, 'it kept no connection alive')
      const closed = await Promise.race([closing(adapter), wait(CLOSING_MS, 'late')])
      assert.equal(closed, 'closed', `it was not closed within ${CLOSING_MS} ms`)
      for (let tries = 0; tries < 50 && (await rig.connections()) > 0; tries += 1) await wait(20)
      assert.equal(await rig.connections(), 0, 'connections stayed open')
    },
  },
]

async function closing(adapter: AsyncDisposable): Promise<'closed'> {
  await adapter[Symbol.asyncDispose]()
  return 'closed'
}
