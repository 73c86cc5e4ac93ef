import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Consumers } from '../support/consumers.ts'
import { Estate, isRunning, type Serving, until } from '../support/estate.ts'
import { getJson } from '../support/get-json.ts'
import { assertEndedOnce, assertNothingLost, Questions } from '../support/invariants.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import { SmallDisk } from '../support/small-disk.ts'
import { tell } from './form.ts'

/** A fresh cluster takes some 40 of them, and a write-ahead log of a few segments. */
const DISK_MEGABYTES = 256

describe('chaos 7: a full disk under the database', function () {
  this.timeout(480_000)
  const questions = new Questions()
  let disk: SmallDisk | undefined
  let database: OwnDatabase
  let estate: Estate
  let edno: Serving
  before(async function () {
    const mounted = await SmallDisk.mount(DISK_MEGABYTES)
    if (typeof mounted === 'string') {
      if (process.env['EDNO_REQUIRE_SMALL_DISK'] === '1') throw new Error(`this test must run: ${mounted}`)
      console.log(`      skipped: ${mounted}`)
      this.skip()
    }
    disk = mounted
    database = await OwnDatabase.start(disk.folder)
    estate = await Estate.make({ databaseUrl: database.url, alsoGranted: MUNICIPALITIES, onAsked: questions.note })
    edno = await estate.serve()
  })
  after(async () => {
    if (disk === undefined) return
    disk.free()
    await estate.close()
    await database.stop()
    await disk.unmount()
  })

  const readiness = async (): Promise<{ status: number; database: string | undefined }> => {
    const { status, body } = await getJson(`${edno.url}/readyz`, estate.keysOf('troyan').ca)
    return { status, database: (body as { checks: Record<string, string> }).checks['database'] }
  }

  it('loses nothing that was acknowledged, says why it is not ready, and goes on by itself when there is room', async () => {
    const consumers = new Consumers({ estate, url: edno.url, parties: MUNICIPALITIES })
    consumers.start()
    await until('exchanges run', () => consumers.delivered.length > 10)
    disk!.fill()
    await until('edno says why it is not ready', async () => (await readiness()).database === 'disk-full')
    assert.equal((await readiness()).status, 503)
    const before = consumers.delivered.length
    const asked = questions.count
    await wait(2000)
    assert.equal((await readiness()).database, 'disk-full', 'it forgot the full disk')
    assert.ok(consumers.delivered.length - before <= MUNICIPALITIES.length, 'answers left without their closing entry')
    assert.ok(
      questions.count - asked <= 10 * MUNICIPALITIES.length,
      'registries were asked although nothing can be recorded',
    )

    disk!.free()
    // Where the write-ahead log itself found no room, PostgreSQL has ended; its keeper starts it again.
    const postmaster = await database.postmaster()
    const restarted = postmaster === undefined || !isRunning(postmaster)
    if (restarted) await database.restart()
    await until('it is ready again', async () => (await readiness()).status === 200)
    await until('exchanges run again', () => consumers.delivered.length > before + MUNICIPALITIES.length)
    await consumers.stop()

    assert.ok(isRunning(edno.pid))
    const counts = await assertEndedOnce(estate)
    await assertNothingLost(estate, consumers)
    await questions.assertRecordedBefore(estate)
    assert.deepEqual(consumers.unexpected, [])
    tell('disk full', { ...counts, ...consumers.told, lost: 0, 'database ended': restarted ? 1 : 0 })
  })
})
