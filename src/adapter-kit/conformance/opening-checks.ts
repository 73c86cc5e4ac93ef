import assert from 'node:assert/strict'
import type { ConformanceCheck } from './check.ts'

export const openingChecks: readonly ConformanceCheck[] = [
  {
    group: 'adapter',
    title: 'has exactly the handlers that its manifest names',
    run: ({ adapter, subject: { manifest } }) => {
      const named = manifest.operations.map(({ id, version }) => `${id}@${version}`)
      assert.deepEqual(Object.keys(adapter.operations).sort(), named.sort())
    },
  },
]
