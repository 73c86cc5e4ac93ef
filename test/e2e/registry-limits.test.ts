import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import type { Config } from '../../src/config/config.ts'
import { type Answer, readAnswer } from '../../src/message/read-answer.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { call, keysOf } from '../support/caller.ts'

const CIVIL = 'civil-registry'
const QUESTION = `${CIVIL}/valid-person@1`

/** A fresh application of the boat operator: two questions to the maritime registry, one to the civil registry, one more. */
async function ask(edno: TestApp): Promise<Answer> {
  const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'water-taxi'), [], new Date())
  const keys = keysOf(edno, 'troyan')
  const { body } = await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
  return readAnswer(body)
}
const endOf = ({ parts }: Answer, name: string): string => {
  const part = parts.find((each) => each.call === name)
  return [part?.outcome, part?.problem].filter(Boolean).join(' ')
}
const asked = (edno: TestApp): number => edno.app.simulator!.calls.get(QUESTION) ?? 0

describe('what the owner of a registry allows', function () {
  this.timeout(180_000)
  const withLimits = async (
    registryLimits: Config['registryLimits'],
    work: (edno: TestApp) => Promise<void>,
  ): Promise<void> => {
    later = 0
    const edno = await testApp({ settings: { registryLimits }, clock: () => new Date(Date.now() + later) })
    try {
      await work(edno)
    } finally {
      await edno.close()
    }
  }
  /** How far edno's clock is ahead. */
  let later = 0
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString()

  it('is not to be asked in a planned downtime, of which everybody is told', () =>
    withLimits(
      { [CIVIL]: { plannedDowntime: [{ from: at(-60_000), to: at(120_000), reason: 'смяна на оборудване' }] } },
      async (edno) => {
        const answer = await ask(edno)
        assert.equal(endOf(answer, 'skipper'), 'failed provider.planned-downtime')
        assert.equal(answer.status, 'refused')
        assert.deepEqual(
          answer.problems.map(({ code }) => code),
          ['provider.required-missing', 'provider.planned-downtime'],
        )
        assert.equal(asked(edno), 0)
        const { body } = await call(edno, { method: 'GET', path: '/v1/registries' })
        const registries = JSON.parse(body.toString()) as { id: string; plannedDowntime: { reason: string }[] }[]
        assert.equal(registries.find(({ id }) => id === CIVIL)?.plannedDowntime[0]?.reason, 'смяна на оборудване')
      },
    ))

  it('is asked again when the downtime is over, without a restart', () =>
    withLimits(
      { [CIVIL]: { plannedDowntime: [{ from: at(-60_000), to: at(120_000), reason: 'кратко' }] } },
      async (edno) => {
        const first = endOf(await ask(edno), 'skipper')
        later = 121_000
        assert.deepEqual([first, endOf(await ask(edno), 'skipper')], ['failed provider.planned-downtime', 'found'])
      },
    ))

  it('is so many questions a minute: what comes after them is told so at once', () =>
    withLimits({ [CIVIL]: { perMinute: 2 } }, async (edno) => {
      const ends = []
      for (let times = 0; times < 3; times += 1) ends.push(endOf(await ask(edno), 'skipper'))
      assert.deepEqual(ends, ['found', 'found', 'failed provider.busy'])
      assert.equal(asked(edno), 2)
    }))

  it('is to be asked when it says, where it is busy', () =>
    withLimits({}, async (edno) => {
      const simulator = edno.app.simulator!
      simulator.setFault(CIVIL, { kind: 'busy', ms: 1000 })
      const since = performance.now()
      const answering = ask(edno)
      while (asked(edno) === 0) await pause(20)
      simulator.setFault(CIVIL, undefined)
      assert.equal(endOf(await answering, 'skipper'), 'found')
      assert.ok(performance.now() - since >= 1000)
      assert.equal(asked(edno), 2)
    }))

  it('refuses limits of a registry that is not there', () =>
    assert.rejects(
      testApp({ settings: { registryLimits: { 'civil-registri': { concurrency: 1 } } } }),
      /no such adapter/,
    ))
})
