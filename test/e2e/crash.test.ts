import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { exchangeId } from '../../src/model/ids.ts'
import type { Reply } from '../../src/client/send.ts'
import { Estate, type Serving, type Signed, until } from '../support/estate.ts'
import { assertEndedOnce, Questions } from '../support/invariants.ts'

interface CallRow {
  readonly name: string
  readonly state: string
  readonly outcome: string | null
  readonly attempts: number
  readonly ended_at: Date | null
  readonly evidence: string | null
}

const CALLS = `
  select call.name, call.state, call.outcome, call.ended_at, md5(payload.ciphertext) as evidence,
    (select count(*)::int from attempt where attempt.exchange = call.exchange and attempt.call = call.name) as attempts
  from exchange join call on call.exchange = exchange.id
  left join payload on payload.exchange = call.exchange and payload.kind = 'evidence:' || call.name
  where exchange_id = $1 order by call.name`

describe('a broker that is killed between open and close', function () {
  this.timeout(180_000)
  const questions = new Questions()
  let estate: Estate
  let edno: Serving
  before(async () => {
    // Long enough for a restart on a slow machine; short enough to be over in a test. A registry that hangs does so until edno is killed.
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 60_000, 'vehicle-tax': 10_000 },
      operations: { 'vehicle-register/registration@1': { timeoutMs: 10_000 } },
      onAsked: questions.note,
    })
    edno = await estate.serve()
  })
  afterEach(() => estate.simulator.setFault('vehicle-register', undefined))
  after(() => estate.close())

  const callsOf = ({ exchangeId }: Signed): Promise<CallRow[]> => estate.ask<CallRow>(CALLS, [exchangeId])
  const asked = (operation: string): number => estate.simulator.calls.get(operation) ?? 0
  /** Sends it and lets the caller's connection break with the broker. */
  const sendAndForget = (signed: Signed): Promise<Reply | undefined> =>
    estate
      .client(edno.url)
      .send(signed.bytes)
      .catch(() => undefined)
  const killHard = async (): Promise<void> => {
    edno.kill('SIGKILL')
    assert.equal((await edno.ended).signal, 'SIGKILL')
  }
  /** With its proof, which stands apart where it is long, or where a process that has just started has not integrated it yet. */
  const repeat = async (signed: Signed): Promise<Extract<Reply, { kind: 'answer' }>> => {
    const client = estate.client(edno.url)
    const reply = await client.send(signed.bytes)
    assert.ok(reply.kind === 'answer', JSON.stringify(reply))
    const receipts = [reply.receipt]
    await until('its proof', async () => {
      receipts[0] ??= await client.receiptOf(exchangeId(signed.exchangeId))
      return receipts[0] !== undefined
    })
    return { ...reply, receipt: receipts[0]! }
  }
  const assertVerifies = (signed: Signed, reply: Extract<Reply, { kind: 'answer' }>): void => {
    const verdict = estate.verify(signed, reply.bytes, reply.receipt)
    assert.deepEqual([verdict.missing, verdict.findings.filter(({ holds }) => !holds)], [[], []])
    assert.equal(verdict.answer?.exchangeId, signed.exchangeId)
  }
  /** Without `asked`: how often a registry was asked is looked at apart. */
  const eventsOf = async ({ exchangeId }: Signed): Promise<string[]> => {
    const rows = await estate.ask<{ event: string }>(
      `select event from log_entry join exchange on exchange.id = exchange
       where exchange_id = $1 and event <> 'asked' order by log_entry.id`,
      [exchangeId],
    )
    return rows.map(({ event }) => event)
  }

  it('closes what was open once, keeps what was answered, and asks only the rest again', async () => {
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const signed = estate.sign('taxi')
    const lost = sendAndForget(signed)
    await until('all but the vehicle register have answered', async () => {
      const rows = await callsOf(signed)
      return (
        rows.filter(({ state }) => state === 'ended').length === 8 && asked('vehicle-register/registration@1') === 1
      )
    })
    await killHard()
    assert.equal(await lost, undefined)
    const before = await callsOf(signed)
    const counted = new Map(estate.simulator.calls)
    assert.deepEqual(await eventsOf(signed), ['opened'])

    estate.simulator.setFault('vehicle-register', undefined)
    edno = await estate.serve()
    const reply = await repeat(signed)
    assert.equal(reply.status, 200)
    assertVerifies(signed, reply)
    assert.deepEqual(await eventsOf(signed), ['opened', 'answered'])
    const after = await callsOf(signed)
    const kept = before.filter(({ state }) => state === 'ended')
    assert.deepEqual(
      after.filter(({ name }) => kept.some((row) => row.name === name)),
      kept,
    )
    assert.deepEqual(
      after
        .filter(({ name }) => name === 'vehicle' || name === 'insurance')
        .map((row) => [row.name, row.outcome, row.attempts]),
      [
        ['insurance', 'found', 1],
        ['vehicle', 'found', 2],
      ],
    )
    for (const [operation, count] of estate.simulator.calls) {
      const expected = operation.startsWith('vehicle-register/') || operation.startsWith('guarantee-fund/') ? 1 : 0
      assert.equal(count - (counted.get(operation) ?? 0), expected, operation)
    }
    assert.deepEqual((await repeat(signed)).bytes, reply.bytes)
  })

  it('gives what the deadline passed by meanwhile its whole time again, and asks what was not answered', async () => {
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const signed = estate.sign('vehicle-tax', 'vehicle.plate=ОВ0000АВ')
    const before = asked('vehicle-register/registration@1')
    void sendAndForget(signed)
    await until('the vehicle register is asked', () => asked('vehicle-register/registration@1') === before + 1)
    await killHard()
    await until('the deadline is over', async () => {
      const [row] = await estate.ask<{ over: boolean }>(
        'select deadline < now() as over from exchange where exchange_id = $1',
        [signed.exchangeId],
      )
      return row?.over === true
    })
    estate.simulator.setFault('vehicle-register', undefined)
    edno = await estate.serve()
    const reply = await repeat(signed)
    assert.equal(reply.status, 200)
    assertVerifies(signed, reply)
    assert.equal((await callsOf(signed)).find(({ name }) => name === 'vehicle')?.attempts, 2)
    assert.equal(asked('vehicle-register/registration@1'), before + 2)
    assert.deepEqual(await eventsOf(signed), ['opened', 'answered'])
  })

  it('gives every application one answer whenever the kill came, and asks nothing without an attempt row', async () => {
    const delays: number[] = []
    const sent: Signed[] = []
    for (let round = 0; round < 2; round += 1) {
      const applications = Array.from({ length: 8 }, () => estate.sign('taxi'))
      sent.push(...applications)
      const replies = applications.map(async (signed, place) => {
        await wait(place * 25)
        return sendAndForget(signed)
      })
      await until('one exchange is open', async () => {
        const [row] = await estate.ask<{ count: number }>(
          'select count(*)::int as count from exchange where exchange_id = any($1)',
          [applications.map(({ exchangeId }) => exchangeId)],
        )
        return (row?.count ?? 0) > 0
      })
      const delay = Math.round(Math.random() * 250)
      delays.push(delay)
      await wait(delay)
      await killHard()
      await Promise.all(replies)
      edno = await estate.serve()
    }
    for (const signed of sent) {
      const reply = await repeat(signed)
      assert.equal(reply.status, 200, `after delays of ${delays.join(', ')} ms`)
      assertVerifies(signed, reply)
      assert.deepEqual((await repeat(signed)).bytes, reply.bytes)
      assert.deepEqual(await eventsOf(signed), ['opened', 'answered'])
    }
    await assertEndedOnce(estate)
    await questions.assertRecordedBefore(estate)
  })
})
