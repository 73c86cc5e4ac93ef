import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { call, keysOf } from '../support/caller.ts'
import { form, tell } from './form.ts'

const AT_ONCE = 4
const MOST_GROWTH = 1.1

/** What is reachable, of edno, of the registries and of those who ask, which are one process here; with bytes outside the heap that it holds. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

describe('memory over thousands of exchanges', function () {
  this.timeout(1_200_000)
  let edno: TestApp | undefined
  before(async function () {
    if (form.exchanges === 0) return this.skip()
    edno = await testApp()
  })
  after(() => edno?.close())

  it(`is after ${form.exchanges} exchanges what it was after a third of them`, async () => {
    const here = edno!
    const keys = keysOf(here, 'troyan')
    const scenario = scenarioNamed(scenariosOf(here.config), 'taxi')
    let sent = 0
    const until = async (last: number): Promise<void> => {
      const one = async (): Promise<void> => {
        while (sent < last) {
          sent += 1
          const body = signedBytes(applicationOf(scenario, [], new Date()), keys.seal, false)
          const { status } = await call(here, { body, tls: keys.tls })
          assert.equal(status, 200)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, one))
    }
    const heldAfter = async (count: number): Promise<number> => {
      await until(count)
      // The test's own, who keeps every line.
      here.logged.length = 0
      return heldBytes()
    }
    const before = await heldAfter(form.exchanges / 3)
    const after = await heldAfter(form.exchanges)
    const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
    tell('memory', {
      exchanges: form.exchanges,
      'held after a third': megabytes(before),
      'at the end': megabytes(after),
    })
    assert.ok(after <= before * MOST_GROWTH, `${megabytes(before)}, then ${megabytes(after)}`)
  })
})
