import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { Consumers } from '../support/consumers.ts'
import { Estate } from '../support/estate.ts'
import { freePort } from '../support/free-port.ts'
import { assertEndedOnce, assertNothingLost, Questions } from '../support/invariants.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import type { Started } from '../support/processes.ts'
import { form, tell } from './form.ts'

const KILL_EVERY_MS = 5000
/** Of each municipality, between an answer and its next application: four processes, their database, all registries and all clients share one machine here. */
const PACE_MS = 3000

/**
 * Machines do not share their cores: here one that starts, which takes five seconds of a core, must not take those of the others.
 * Whoever may not give a priority back takes none away.
 */
function yielding(pid: number, priority: number): void {
  if (process.getuid?.() !== 0) return
  // The system keeps a priority for each thread; a thread that begins has that of the one that began it.
  for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), priority)
}

describe('chaos 5: two that serve and two that work, of which one is killed every five seconds', function () {
  this.timeout(form.mixedLoadMs + 300_000)
  const questions = new Questions()
  let database: OwnDatabase
  let estate: Estate
  const ports: string[] = []
  const running: Started[] = []
  const begin = async (place: number): Promise<void> => {
    const port = ports[place]
    const started = port === undefined ? estate.begin({}, ['worker']) : estate.begin({ EDNO_HTTP_PORT: port })
    running[place] = started
    yielding(started.pid, 10)
    await started.said(port === undefined ? 'edno works for' : 'edno listens on')
    yielding(started.pid, 0)
  }
  before(async () => {
    database = await OwnDatabase.start()
    // The vehicle register and the guarantee fund are left to the workers.
    const inProcess = ['civil-registry', 'commercial-register', 'maritime-registry', 'transport-licensing']
    estate = await Estate.make({
      databaseUrl: database.url,
      alsoGranted: MUNICIPALITIES,
      onAsked: questions.note,
      deadlinesMs: { 'taxi-permit': 20_000 },
      settings: { dispatch: { inProcess, drainMs: 5000 } },
    })
    for (const place of [0, 1]) ports[place] = String(await freePort())
    for (const place of [0, 1, 2, 3]) await begin(place)
  })
  after(async () => {
    await estate.close()
    await database.stop()
  })

  it('loses nothing, does nothing twice, and lets nobody who knows both addresses wait', async () => {
    const shared = { estate, url: ports.map((port) => `https://127.0.0.1:${port}`), pauseMs: PACE_MS }
    // Of the two kinds one asks registries that the serving processes ask themselves, the other needs a worker.
    const direct = new Consumers({
      ...shared,
      parties: MUNICIPALITIES.slice(0, 4),
      scenarios: ['vehicle-tax', 'water-taxi'],
    })
    const queued = new Consumers({ ...shared, parties: MUNICIPALITIES.slice(4), scenarios: ['taxi'] })
    direct.start()
    queued.start()
    // All four processes have just begun: what is slow before the first kill is no pause that a kill made.
    await wait(KILL_EVERY_MS)
    const early = direct.delivered.length
    let kills = 0
    for (const end = Date.now() + form.mixedLoadMs; Date.now() < end; kills += 1) {
      const place = [0, 2, 1, 3][kills % 4]!
      const next = wait(KILL_EVERY_MS)
      running[place]!.kill('SIGKILL')
      await running[place]!.ended
      // The next is killed five seconds after this one, and not before this one is back.
      await Promise.all([begin(place), next])
    }
    await Promise.all([direct.stop(), queued.stop()])

    const counts = await assertEndedOnce(estate)
    for (const consumers of [direct, queued]) {
      await assertNothingLost(estate, consumers)
      assert.deepEqual(consumers.unexpected, [])
    }
    await questions.assertRecordedBefore(estate)
    const longest = ({ delivered }: Consumers, from = 0): number =>
      Math.round(Math.max(0, ...delivered.slice(from).map(({ totalMs }) => totalMs)))
    tell('four processes', {
      kills,
      ...counts,
      questions: questions.count,
      'answers of their own': direct.delivered.length,
      'answers with workers': queued.delivered.length,
      'longest wait': `${longest(direct, early)} ms`,
      'longest wait for a worker': `${longest(queued)} ms`,
      lost: 0,
      doubled: 0,
    })
    assert.ok(longest(direct, early) <= form.longestPauseMs, `somebody waited ${longest(direct, early)} ms`)
    assert.ok(longest(queued) <= form.longestTakeoverMs, `somebody waited ${longest(queued)} ms for a worker`)
  })
})
