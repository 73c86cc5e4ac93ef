import assert from 'node:assert/strict'
import { scenariosOf } from '../../src/cli/compose.ts'
import { runScenario } from '../../src/cli/demo/run-scenario.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { type TestApp, testApp } from '../support/app.ts'

describe('the scenarios of the demonstration, over HTTPS and on PostgreSQL', function () {
  this.timeout(180_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp()
  })
  after(() => edno.close())

  for (const scenario of scenariosOf(loadConfig({ root: findRoot(), environment: {} })))
    it(`${scenario.name}: ${scenario.title.en}`, async () => {
      const run = await runScenario(edno.app, scenario, 'en')
      assert.deepEqual(run.differences, [])
    })

  it('leaves nothing personal in the operational log', () => {
    const text = edno.logged.join('\n')
    for (const marker of ['8427029967', '8731309969', 'Примеров', 'Измислен', 'ОВ0000', '999999995'])
      assert.ok(!text.includes(marker), marker)
  })
})
