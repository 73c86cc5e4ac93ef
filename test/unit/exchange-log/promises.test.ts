import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { LogAlarm } from '../../../src/exchange-log/alarm.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { noteVerifier } from '../../../src/exchange-log/note.ts'
import { openPromise, signPromise } from '../../../src/exchange-log/promise.ts'
import { openCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { openLogPromises } from '../../../src/store/log-promises.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'
import { until } from '../../support/estate.ts'
import { aLog, anExchange, consumer, exchangeOnce, type Sample } from './exchanges.ts'
import { freshLogKey, freshSigner } from './keys.ts'

describe('a promise of the log', () => {
  const signer = freshSigner()
  const promise = { leaf: leafHash(Buffer.from('x')), madeAt: new Date(0), dueAt: new Date(60_000) }
  const note = signPromise(promise, signer)
  const verifier = noteVerifier(signer.vkey)

  it('is a signed note that says which entry, when, and until when', () => {
    assert.deepEqual(openPromise(note, verifier), { ...promise, origin: signer.name })
    assert.match(note, /^edno log promise v1\n/)
  })

  it('is refused with a letter changed, with another key, and where a head is signed instead', () => {
    assert.throws(() => openPromise(note.replace('1970', '1971'), verifier), { kind: 'note-untrusted' })
    assert.throws(() => openPromise(note, noteVerifier(freshSigner().vkey)), { kind: 'note-untrusted' })
    const other = freshSigner('other.example.bg/log')
    const text = note.split('\n\n')[0]!
    assert.ok(text.includes(signer.name))
    assert.throws(() => openPromise(signPromise(promise, other), verifier), { kind: 'note-untrusted' })
  })

  it('is never taken for a head', () => {
    assert.throws(() => openCheckpoint(note, verifier), { kind: 'checkpoint-malformed' })
  })
})

describe('the promises of the log', function () {
  this.timeout(60_000)
  const signingKeyPem = freshLogKey()
  const alarms: LogAlarm[] = []
  let store: Store
  let now: Date
  const logs: ExchangeLog[] = []
  const log = (): ExchangeLog => {
    const made = aLog(store, { signingKeyPem, clock: () => now, onAlarm: (alarm) => alarms.push(alarm) })
    logs.push(made)
    return made
  }
  beforeEach(async () => {
    store = await testStore()
    alarms.length = 0
    now = new Date()
  })
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((each) => each.stop()))
  })

  /** An exchange that is closed while nobody integrates; and the promise that its answer leaves with. */
  const promised = async (): Promise<{ readonly sample: Sample; readonly note: string }> => {
    const idle = log()
    await idle.stop()
    const sample = anExchange()
    await exchangeOnce(idle, sample)
    const note = await idle.promiseFor(consumer, sample.plan.exchangeId)
    assert.ok(note)
    return { sample, note }
  }
  const kinds = (): string[] => alarms.map(({ kind }) => kind)

  it('are given for the entry that the receipt then proves, the same one however often it is asked for', async () => {
    const { sample, note } = await promised()
    const running = log()
    assert.equal(await running.promiseFor(consumer, sample.plan.exchangeId), note)
    const { leaf, madeAt, dueAt } = openPromise(note, noteVerifier(running.vkey))
    assert.equal(dueAt.getTime() - madeAt.getTime(), 60_000)
    await running.start()
    const receipt = await running.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)
    assert.deepEqual(Buffer.from(leaf), leafHash(Buffer.from(receipt!.entry, 'base64url')))
    assert.equal(await running.promiseFor(consumer, anExchange().plan.exchangeId), undefined)
  })

  it('are kept, and nobody is told', async () => {
    await promised()
    await log().start()
    await until('the promise is kept', async () => (await openLogPromises(store.db, 10)).length === 0)
    now = new Date(now.getTime() + 120_000)
    await new Promise((resolve) => setTimeout(resolve, 1200))
    assert.deepEqual(kinds(), [])
    assert.equal(logs.at(-1)!.promises(), 'ok')
  })

  it('are an alarm, once, when the entry comes too late; and it is said to this day', async () => {
    await promised()
    now = new Date(now.getTime() + 61_000)
    const running = log()
    await running.start()
    await until('it is told', () => running.promises() !== 'ok')
    await until('it came after all', async () => (await openLogPromises(store.db, 10)).length === 0)
    await until('it is said', () => running.promises() === '1 promises of the log broken, 0 of them open to this day')
    assert.deepEqual(kinds(), ['promise-broken'])
  })

  it('are an alarm when an administrator deletes the entry before it has a place', async () => {
    await promised()
    await sql`alter table log_entry disable trigger all`.execute(store.db)
    await sql`delete from log_entry where event = 'answered'`.execute(store.db)
    await sql`alter table log_entry enable trigger all`.execute(store.db)
    const running = log()
    await running.start()
    now = new Date(now.getTime() + 61_000)
    await until('it is told', () => kinds().includes('promise-broken'))
    await until('it is said', () => running.promises() === '1 promises of the log broken, 1 of them open to this day')
    assert.deepEqual(kinds(), ['promise-broken'])
  })

  it('are not kept by an entry that was changed, nor by a place that is not proven', async () => {
    const { note } = await promised()
    await sql`alter table log_entry disable trigger all`.execute(store.db)
    await sql`update log_entry set bytes = 'x', leaf_hash = sha256('\\x0078'::bytea) where event = 'answered'`.execute(
      store.db,
    )
    const running = log()
    await running.start()
    await until('it has a place', async () => {
      const { rows } = await sql`select from log_entry where event = 'answered' and index is not null`.execute(store.db)
      return rows.length > 0
    })
    now = new Date(now.getTime() + 61_000)
    await until('it is told', () => kinds().includes('promise-broken'))
    // As it was promised, but at a place where another entry stands.
    const { leaf } = openPromise(note, noteVerifier(running.vkey))
    await sql`update log_entry set leaf_hash = ${Buffer.from(leaf)} where event = 'answered'`.execute(store.db)
    await until('the damage is told', () => kinds().includes('log-damaged'))
    assert.equal((await openLogPromises(store.db, 10)).length, 1)
  })
})
