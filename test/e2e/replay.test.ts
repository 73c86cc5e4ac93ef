import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import type { Application } from '../../src/model/application.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

describe('a replay, with two processes of edno on one database', function () {
  this.timeout(180_000)
  let folder: string
  let databaseUrl: string
  let one: TestApp
  let other: TestApp
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edno-replay-'))
    databaseUrl = await testDatabaseUrl()
    one = await testApp({ databaseUrl, dataDirectory: folder })
    other = await testApp({ databaseUrl, dataDirectory: folder })
  })
  after(async () => {
    await one.close()
    await other.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const fresh = (): Application => applicationOf(scenarioNamed(scenariosOf(one.config), 'taxi'), [], new Date())
  const sign = (application: Application): Uint8Array => signedBytes(application, keysOf(one, 'troyan').seal, false)
  const post = (edno: TestApp, body: Uint8Array): Promise<Answered> =>
    call(edno, { body, tls: keysOf(edno, 'troyan').tls })
  const questions = (): number =>
    [one, other].flatMap((edno) => [...edno.app.simulator!.calls.values()]).reduce((sum, n) => sum + n, 0)

  it('gets the one answer, whichever process it reaches, also at once: registries are asked once', async () => {
    const bytes = sign(fresh())
    const before = questions()
    const answers = await Promise.all([one, other, one, other].map((edno) => post(edno, bytes)))
    for (const { status, body } of answers) {
      assert.equal(status, 200)
      assert.deepEqual(body, answers[0]!.body)
    }
    assert.equal(questions() - before, 10)
  })

  it('is refused with other bytes under the id, by the other process and after a restart', async () => {
    const application = fresh()
    const bytes = sign(application)
    const first = await post(one, bytes)
    assert.equal(first.status, 200)
    const changed = sign({ ...application, case: 'ТР-ДРУГА' })
    assert.equal((await post(other, changed)).code, 'request.replayed')
    await other.close()
    other = await testApp({ databaseUrl, dataDirectory: folder })
    assert.equal((await post(other, changed)).code, 'request.replayed')
    assert.deepEqual((await post(other, bytes)).body, first.body)
  })

  it('is refused where a signature is moved to another application, before anybody looks for replays', async () => {
    const [bytes, next] = [sign(fresh()), sign(fresh())]
    assert.equal((await post(one, bytes)).status, 200)
    const signature = /<ds:Signature .*<\/ds:Signature>/s
    const moved = Buffer.from(next)
      .toString()
      .replace(signature, signature.exec(Buffer.from(bytes).toString())![0])
    assert.equal((await post(other, Buffer.from(moved))).code, 'signature.invalid')
  })
})
