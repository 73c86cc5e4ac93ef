import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { makeLogger } from '../../../src/ops/logger.ts'
import { aCall, aPlan, aStage, opened } from './a-plan.ts'

describe('asking a registry', () => {
  const thrown = [
    [new AdapterFault('bad-answer', 'about 8001014509'), 'provider.bad-answer', 'AdapterFault'],
    [new TypeError('about 8001014509'), 'provider.adapter-defect', 'TypeError'],
  ] as const
  for (const [error, code, kind] of thrown)
    it(`says in the line of a failed call which problem it was: ${code}`, async () => {
      const lines: string[] = []
      const log = makeLogger({ level: 'warn', write: (line) => lines.push(line) })
      await createDispatch(aStage(() => Promise.reject(error), { log }).ports)(opened(aPlan([aCall('a')])))
      const line = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>
      assert.deepEqual([line['msg'], line['call'], line['code'], line['kind']], ['call failed', 'a', code, kind])
      assert.equal(line['exchangeId'], aPlan([]).exchangeId)
      assert.doesNotMatch(lines.join(), /8001014509/)
    })
})
