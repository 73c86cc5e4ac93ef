import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commit } from '../../src/exchange-log/commitment.ts'
import { getPayload } from '../../src/store/payloads.ts'
import { DeferringEdno, outcomesIn } from '../support/deferring-edno.ts'
import { until } from '../support/estate.ts'
import { ownAdapters } from '../support/own-adapters.ts'

const NO_SUCH_INCIDENT = 'There is no incident 999999: see edno incident list.'
/** One exchange of a consumer may wait. */
const QUEUE = { queue: { tries: 12, perConsumer: 1, rebuildable: false } }
const DEADLINE_MS = 6000
const OUTER_END_MS = 60_000

/** Real HTTPS, a real PostgreSQL that also holds the queue, simulated registries. */
describe('an exchange whose registry does not answer in time', function () {
  this.timeout(180_000)
  let edno: DeferringEdno
  let folder: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edno-deferral-'))
    // What hangs there has not failed when the answer leaves.
    const adaptersFolder = ownAdapters(folder, {
      'guarantee-fund/motor-insurance@1': { timeoutMs: 2 * DEADLINE_MS },
    })
    const times = { 'taxi-permit': { deadlineMs: DEADLINE_MS, deferMs: OUTER_END_MS } }
    edno = await DeferringEdno.start(times, { ...QUEUE, adaptersFolder })
  })
  afterEach(() => edno.heal())
  after(async () => {
    await edno.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is deferred at its deadline, goes on in the queue, and is answered once; the same bytes are told the same', async () => {
    edno.setFault('vehicle-register', { kind: 'hang' })
    const application = edno.compose('taxi')
    const bytes = edno.sign(application)
    const began = performance.now()
    const first = await edno.send(bytes)
    assert.equal(first.status, 202, first.body.toString())
    assert.ok(performance.now() - began < OUTER_END_MS / 2, 'it was not deferred at its deadline')
    assert.equal(first.headers['location'], `/v1/exchanges/${application.exchangeId}`)
    assert.equal((await edno.send(bytes)).status, 202)
    const another = edno.compose('taxi')
    const full = await edno.send(edno.sign(another))
    assert.deepEqual([full.status, full.headers['retry-after']], [503, '5'])
    assert.equal((JSON.parse(full.body.toString()) as { code: string }).code, 'broker.overloaded')
    assert.deepEqual(await edno.eventsOf(another.exchangeId), [])
    edno.heal()
    const answer = await edno.eventually(application.exchangeId)
    assert.equal(answer.status, 200, answer.body.toString())
    assert.ok(outcomesIn(answer).includes('vehicle found'))
    assert.deepEqual((await edno.send(bytes)).body, answer.body)
    // The optional insurance hangs on the vehicle: nobody waits for it any more, and what it brings is a supplement.
    await until('its end', async () => (await edno.ask("select from queued_call where state <> 'ended'")).length === 0)
    const events = await edno.eventsOf(application.exchangeId)
    assert.deepEqual(events.slice(0, 2), ['opened', 'answered'])
    assert.equal(events.filter((event) => event === 'answered').length, 1)
  })

  it('answers without an optional part that is late, and signs what that brings apart', async () => {
    edno.setFault('guarantee-fund', { kind: 'hang' })
    const application = edno.compose('taxi')
    const answer = await edno.send(edno.sign(application))
    assert.equal(answer.status, 200, answer.body.toString())
    assert.ok(outcomesIn(answer).includes('insurance late'), outcomesIn(answer).join())
    edno.heal()
    await until('a supplement', async () => (await edno.supplements(application.exchangeId)).found.length > 0)
    const { row, key, found } = await edno.supplements(application.exchangeId)
    const text = Buffer.from(found[0]!.bytes).toString()
    const digest = createHash('sha256').update(answer.body).digest('base64')
    assert.match(text, /^<Supplement xmlns="urn:edno:exchange:1"><ExchangeId>.*<ds:SignatureValue>/)
    assert.ok(text.includes(`<AnswerDigest>${digest}</AnswerDigest>`))
    assert.ok(text.includes('<Call>insurance</Call>') && text.includes('<Outcome>found</Outcome>'))
    assert.deepEqual(await edno.eventsOf(application.exchangeId), ['opened', 'answered', 'late'])
    const [entry] = await edno.ask<{ bytes: Buffer }>(
      `select bytes from log_entry where event = 'late' and exchange = $1`,
      row.id,
    )
    const salt = await getPayload(edno.store.db, row.id, key, 'salts:insurance')
    const told = JSON.parse(entry!.bytes.toString()) as { supplementCommit: string }
    assert.equal(told.supplementCommit, commit(salt!, found[0]!.bytes).toString('base64url'))
    assert.deepEqual((await edno.fetch(application.exchangeId)).body, answer.body)
  })
})

describe('a call whose tries are used up', function () {
  this.timeout(180_000)
  let edno: DeferringEdno
  before(async () => {
    const times = { 'water-taxi-permit': { deadlineMs: 4000, deferMs: 20_000 } }
    edno = await DeferringEdno.start(times, { queue: { tries: 1, perConsumer: 1, rebuildable: false } })
  })
  after(() => edno.close())

  it('is an incident; its exchange ends at its outer end, and an operator has it asked again', async () => {
    edno.setFault('maritime-registry', { kind: 'error-500' })
    const application = edno.compose('water-taxi')
    const id = application.exchangeId
    const first = await edno.send(edno.sign(application))
    assert.equal(first.status, 202, first.body.toString())
    const answer = await edno.eventually(id)
    assert.equal(answer.status, 502)
    assert.ok(
      outcomesIn(answer).some((outcome) => outcome.endsWith(' late')),
      outcomesIn(answer).join(),
    )
    const listed = await edno.operator('incident', 'list', '--json')
    const { incidents } = JSON.parse(listed.stdout) as {
      incidents: { id: number; exchangeId: string; cause: string }[]
    }
    const [incident, ...others] = incidents.filter(({ exchangeId }) => exchangeId === id)
    assert.equal(incident?.cause, 'tries-used-up')

    edno.heal()
    const retry = (reason: string) =>
      edno.operator('incident', 'retry', String(incident.id), '--reason', reason, '--lang', 'en')
    assert.equal((await retry('ЕГН 8427029967')).status, 2)
    assert.equal((await retry('  ')).status, 2)
    const unknown = await edno.operator('incident', 'close', '999999', '--reason', 'no', '--lang', 'en')
    assert.deepEqual([unknown.status, unknown.stdout.trim()], [1, NO_SUCH_INCIDENT])
    const retried = await retry('the registry is back')
    assert.equal(retried.status, 0, retried.stderr)
    const again = await retry('once more')
    assert.deepEqual(
      [again.status, again.stdout.trim()],
      [1, `Incident ${incident.id} was decided on before: retried.`],
    )
    const [said] = await edno.ask<{ reason: string; reason_salt: Buffer; bytes: Buffer }>(
      `select reason, reason_salt, bytes from incident join log_entry using (exchange)
       where incident.id = $1 and event = 'incident' and convert_from(bytes, 'UTF8')::jsonb ->> 'change' = 'retried'`,
      incident.id,
    )
    const { reasonCommit } = JSON.parse(said!.bytes.toString()) as { reasonCommit: string }
    assert.equal(said!.reason, 'the registry is back')
    assert.equal(reasonCommit, commit(said!.reason_salt, Buffer.from(said!.reason)).toString('base64url'))
    assert.ok(!said!.bytes.includes('the registry is back'))
    await until('a supplement', async () => (await edno.supplements(id)).found.length > 0)
    for (const { id: number } of others)
      assert.equal((await edno.operator('incident', 'close', String(number), '--reason', 'not needed')).status, 0)
    const events = await edno.eventsOf(id)
    assert.equal(events.filter((event) => event === 'answered').length, 1)
    assert.equal(events.filter((event) => event === 'incident').length, 2 * (others.length + 1))
    assert.equal(events.filter((event) => event === 'late').length, 1)
    assert.deepEqual((await edno.fetch(id)).body, answer.body)
  })
})
