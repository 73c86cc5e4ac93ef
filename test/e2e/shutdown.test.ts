import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { existsSync, readdirSync } from 'node:fs'
import { Estate, isRunning, until } from '../support/estate.ts'
import { edno as ednoOnce, startEdno } from '../support/processes.ts'

const OPERATION = 'vehicle-register/registration@1'

describe('starting and stopping', function () {
  this.timeout(180_000)
  let estate: Estate
  /** How long this machine takes to end an edno to which nobody is connected. */
  let endsWithinMs = 0
  before(async () => {
    // A registry that hangs does so for longer than any test here.
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 60_000, 'vehicle-tax': 60_000 },
      operations: { [OPERATION]: { timeoutMs: 30_000 } },
    })
  })
  afterEach(() => estate.simulator.setFault('vehicle-register', undefined))
  after(() => estate.close())

  const isFree = (url: string): Promise<boolean> =>
    new Promise((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(Number(new URL(url).port), '127.0.0.1', () => server.close(() => resolve(true)))
    })
  const assertNothingIsLeft = async (postmaster: number | undefined, url: string): Promise<void> => {
    assert.ok(postmaster !== undefined && !isRunning(postmaster), 'the database still runs')
    assert.equal(await estate.postmaster(), undefined)
    assert.ok(await isFree(url), 'the port is still open')
  }

  it('adopts the database that a killed process left running, and leaves nothing behind when it is stopped', async () => {
    const killed = await estate.serve()
    const postmaster = await estate.postmaster()
    killed.kill('SIGKILL')
    await killed.ended
    assert.ok(postmaster !== undefined && isRunning(postmaster), 'the database went with its starter')
    const next = await estate.serve()
    assert.equal(await estate.postmaster(), postmaster)
    await next.said('still running after a process that died; it is ours now')
    const stopping = Date.now()
    next.kill('SIGTERM')
    assert.deepEqual([(await next.ended).status, (await next.ended).signal], [0, null])
    endsWithinMs = Date.now() - stopping
    await assertNothingIsLeft(postmaster, next.url)
  })

  it('goes on starting where SIGHUP comes meanwhile, and reads its files again then', async () => {
    const serving = estate.begin()
    await until('its database starts', async () => (await estate.postmaster()) !== undefined)
    assert.doesNotMatch(serving.stdout(), /edno listens on/)
    serving.kill('SIGHUP')
    serving.kill('SIGHUP')
    await serving.said('edno listens on')
    await serving.said('the files were read again')
    serving.kill('SIGTERM')
    assert.deepEqual([(await serving.ended).status, (await serving.ended).signal], [0, null])
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`lets a running exchange have its answer when ${signal} comes, and then leaves nothing behind`, async () => {
      const serving = await estate.serve()
      const postmaster = await estate.postmaster()
      estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 1200 })
      const before = estate.simulator.calls.get(OPERATION) ?? 0
      const signed = estate.sign('taxi')
      const sent = estate.client(serving.url).send(signed.bytes)
      await until('the vehicle register is asked', () => (estate.simulator.calls.get(OPERATION) ?? 0) > before)
      // As Ctrl-C does it: the database is not of this group and hears nothing.
      if (signal === 'SIGINT') serving.killGroup(signal)
      else serving.kill(signal)
      const reply = await sent
      const answeredAt = Date.now()
      assert.ok(reply.kind === 'answer' && reply.status === 200, JSON.stringify(reply))
      assert.equal(estate.verify(signed, reply.bytes, reply.receipt).holds, true)
      assert.equal((await serving.ended).status, 0)
      // A connection that the caller keeps open is waited for, but not for long.
      assert.ok(Date.now() - answeredAt < 2 * endsWithinMs + 4000, 'a kept-alive connection held the shutdown up')
      await assertNothingIsLeft(postmaster, serving.url)
    })

  it('says that it is shutting down to who comes on an open connection, and is not held up by them', async () => {
    const serving = await estate.serve()
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 1500 })
    const before = estate.simulator.calls.get(OPERATION) ?? 0
    const running = estate.client(serving.url).send(estate.sign('taxi').bytes)
    const other = estate.client(serving.url)
    const first = await other.send(estate.sign('not-granted').bytes)
    assert.equal(first.kind === 'problem' && first.problem.code, 'signature.party-mismatch')
    await until('the vehicle register is asked', () => (estate.simulator.calls.get(OPERATION) ?? 0) > before)
    const late = estate.sign('taxi')
    serving.kill('SIGTERM')
    await serving.said('"msg":"stopping"')
    const refused = await other.send(late.bytes).catch((error: unknown) => error)
    if (!(refused instanceof Error)) {
      const { kind } = refused as { kind: string }
      assert.equal(kind, 'problem', 'an exchange was begun during the shutdown')
    }
    assert.equal((await running).status, 200)
    assert.equal((await serving.ended).status, 0)
  })

  it('ends at once at the second signal', async () => {
    const serving = await estate.serve()
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const before = estate.simulator.calls.get(OPERATION) ?? 0
    const sent = estate
      .client(serving.url)
      .send(estate.sign('taxi').bytes)
      .catch((error: unknown) => error)
    await until('the vehicle register is asked', () => (estate.simulator.calls.get(OPERATION) ?? 0) > before)
    serving.kill('SIGTERM')
    await serving.said('"msg":"stopping"')
    serving.kill('SIGTERM')
    assert.equal((await serving.ended).status, 1)
    assert.ok((await sent) instanceof Error)
  })
})

describe('Ctrl-C during the demonstration', function () {
  this.timeout(180_000)
  let estate: Estate
  let demoFolder: string
  before(async () => {
    estate = await Estate.make()
    demoFolder = join(estate.folder, 'demo')
  })
  after(() => estate.close())

  const readdirOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])
  const variables = () => ({ EDNO_DATA_DIR: estate.folder })
  const noDatabase = async (): Promise<void> => {
    // Where the signal reached pg_ctl too, the server ends a moment after it.
    await until('no database', async () => (await estate.postmaster(demoFolder)) === undefined)
  }

  const moments = {
    'while the database is made': () =>
      readdirOf(join(demoFolder, 'database')).some((name) => name.startsWith('cluster')),
    'while the database starts': () => existsSync(join(demoFolder, 'database', 'cluster', 'postmaster.pid')),
  }
  for (const [moment, hasCome] of Object.entries(moments))
    it(`leaves no process behind where it comes ${moment}`, async () => {
      const demo = startEdno(['demo'], variables())
      await until(moment, hasCome)
      demo.killGroup('SIGINT')
      const { status, signal } = await demo.ended
      assert.ok(status !== 0, `ended with ${status} ${signal}`)
      await noDatabase()
    })

  it('ends it with status 1 while a registry hangs, and leaves no process behind', async () => {
    const demo = startEdno(['demo', '--scenario', 'registry-hangs'], variables())
    await demo.said('managers')
    const postmaster = await estate.postmaster(demoFolder)
    demo.killGroup('SIGINT')
    const { status, stderr } = await demo.ended
    assert.equal(status, 1)
    assert.match(stderr, /stopped by SIGINT/)
    assert.ok(postmaster !== undefined && !isRunning(postmaster))
    await noDatabase()
  })

  it('can be run again afterwards', async () => {
    const { status, stdout, stderr } = await ednoOnce(['demo', '--json'], variables())
    assert.equal(status, 0, stderr)
    assert.equal((JSON.parse(stdout) as { asExpected: boolean }).asExpected, true)
    await noDatabase()
  })
})
