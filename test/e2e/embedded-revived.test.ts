import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { startEdno } from '../support/processes.ts'
import { Estate, isRunning, type Serving, until } from '../support/estate.ts'
import { getJson } from '../support/get-json.ts'

describe('an embedded database that is killed under edno', function () {
  this.timeout(180_000)
  let estate: Estate
  let edno: Serving
  before(async () => {
    estate = await Estate.make()
    edno = await estate.serve()
  })
  after(() => estate.close())

  const isReady = async (): Promise<boolean> =>
    (await getJson(`${edno.url}/readyz`, estate.keysOf('troyan').ca)).status === 200
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<number> => {
    const pid = (await estate.postmaster())!
    process.kill(pid, signal)
    await until('the server is dead', () => !isRunning(pid))
    return pid
  }
  const isAnother = async (than: number): Promise<boolean> => {
    const pid = await estate.postmaster()
    return pid !== undefined && pid !== than && isRunning(pid)
  }

  it('is started again by itself, and what was in the middle is answered', async () => {
    const operation = 'vehicle-register/registration@1'
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 1500 })
    const signed = estate.sign('taxi')
    const sent = estate.client(edno.url).send(signed.bytes)
    await until('the vehicle register is asked', () => (estate.simulator.calls.get(operation) ?? 0) > 0)
    const killed = await kill()
    await sent
    estate.simulator.setFault('vehicle-register', undefined)

    await until('another server runs', () => isAnother(killed), 60_000)
    await until('edno is ready again', isReady, 60_000)
    const replies: number[] = []
    await until(
      'the same bytes get their answer',
      async () => {
        const reply = await estate.client(edno.url).send(signed.bytes)
        replies.push(reply.status)
        return reply.kind === 'answer' && estate.verify(signed, reply.bytes, reply.receipt).holds
      },
      60_000,
    )
    assert.ok(
      replies.every((status) => [200, 409, 503].includes(status)),
      String(replies),
    )
    assert.match(edno.stderr(), /the embedded database had ended and was started again/)
    const [row] = await estate.ask<{ count: number }>(
      `select count(*)::int as count from log_entry where event = 'answered'`,
    )
    assert.equal(row?.count, 1)
  })

  it('is not taken from edno by a command that came while it was dead', async () => {
    const killed = await kill('SIGQUIT')
    const listed = startEdno(['incident', 'list'], estate.variables)
    assert.equal((await listed.ended).status, 0)
    await until('another server runs', () => isAnother(killed), 60_000)
    await until('edno is ready again', isReady, 60_000)
  })

  it('is tried again, and edno says so, while its address is taken by another program', async () => {
    const port = Number(new URL(await estate.databaseUrl()).port)
    await kill()
    const squatter = createServer().listen({ port, host: '127.0.0.1' })
    await once(squatter, 'listening')
    await until('edno says so', () => edno.stderr().includes('the embedded database ended and does not start'), 90_000)
    squatter.close()
    await until('edno is ready again', isReady, 120_000)
  })

  it('stays down once edno was told to stop', async () => {
    edno.kill('SIGTERM')
    assert.equal((await edno.ended).status, 0)
    const pid = await estate.postmaster()
    assert.ok(pid === undefined || !isRunning(pid))
  })
})
