import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { sql } from 'kysely'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { HeadDuty, type HeadDutyParts } from '../../../src/exchange-log/head-duty.ts'
import { noteVerifier, splitNote } from '../../../src/exchange-log/note.ts'
import { Stamping, type StampRules } from '../../../src/exchange-log/stamping.ts'
import type { Stamped } from '../../../src/pki/time-stamper.ts'
import { latestLogCheckpoint } from '../../../src/store/log-checkpoints.ts'
import { holdDuty } from '../../../src/store/log-duty.ts'
import { stampAt, stampsFrom } from '../../../src/store/log-stamps.ts'
import { takeOwnership } from '../../../src/store/owner.ts'
import type { Store } from '../../../src/store/store.ts'
import { testDatabaseUrl, testStore } from '../../support/database.ts'
import { until } from '../../support/estate.ts'
import { aLog as newLog, anExchange, consumer, exchangeOnce } from './exchanges.ts'

const RULES: StampRules = { everySeconds: 60, everyEntries: 10, stopAfterSeconds: 600 }
const never = (what: unknown): never => assert.fail(String(what))
const NOTHING = { trouble: undefined, fork: undefined }

describe('stamping heads', function () {
  this.timeout(60_000)
  const logs: ExchangeLog[] = []
  let store: Store
  let log: ExchangeLog
  let databaseUrl = ''
  let now = 0
  const clock = (): Date => new Date(now)
  beforeEach(async () => {
    now = Date.parse('2026-11-22T10:00:00Z')
    databaseUrl = await testDatabaseUrl()
    store = await testStore(databaseUrl)
    log = newLog(store, { clock })
    logs.push(log)
    await log.start()
  })
  afterEach(async () => {
    mock.restoreAll()
    await Promise.all(logs.splice(0).map((each) => each.stop()))
  })

  const grow = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const sample = anExchange()
      await exchangeOnce(log, sample)
      assert.ok(await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000))
    }
  }
  interface Authority {
    readonly stamping: Stamping
    /** What was stamped. */
    readonly texts: string[]
    readonly told: string[]
    answer: 'stamp' | 'silence'
  }
  const anAuthority = (rules = RULES): Authority => {
    const authority: Authority = {
      texts: [],
      told: [],
      answer: 'stamp',
      stamping: new Stamping({
        ...{ db: store.db, log: noteVerifier(log.vkey), clock, rules },
        stamp: (octets): Promise<Stamped> => {
          authority.texts.push(Buffer.from(octets).toString())
          return Promise.resolve(
            authority.answer === 'stamp'
              ? { stamped: true, token: Buffer.from('token'), at: clock() }
              : { stamped: false, why: 'no-answer' },
          )
        },
        onTrouble: (trouble) => void authority.told.push(trouble ?? 'ok'),
      }),
    }
    return authority
  }
  const look = async ({ stamping }: Authority): Promise<void> => {
    await stamping.look()
    await stamping.round()
  }

  it('stamps the text of the newest head, without its signatures, and keeps the token as it came', async () => {
    const authority = anAuthority()
    await look(authority)
    assert.deepEqual(authority.texts, [], 'there is no head yet')
    await grow(1)
    await look(authority)
    const head = await latestLogCheckpoint(store.db)
    assert.deepEqual(authority.texts, [splitNote(head!.note).text])
    assert.equal((await stampAt(store.db, head!.size))?.toString(), 'token')
    assert.deepEqual(await stampsFrom(store.db, 0, 10), [{ size: 2, at: clock() }])
  })

  it('stamps again when time has passed and there are new entries, and no sooner', async () => {
    const authority = anAuthority()
    await grow(1)
    await look(authority)
    now += 3_600_000
    await look(authority)
    assert.equal(authority.texts.length, 1, 'an idle log needs no stamp')
    await grow(1)
    await look(authority)
    assert.equal(authority.texts.length, 2)
    now += 59_000
    await grow(1)
    await look(authority)
    assert.equal(authority.texts.length, 2)
    now += 1000
    await look(authority)
    assert.equal(authority.texts.length, 3)
  })

  it('stamps again when there are many new entries', async () => {
    const authority = anAuthority()
    await grow(1)
    await look(authority)
    await grow(4)
    await look(authority)
    assert.equal(authority.texts.length, 1)
    await grow(1)
    await look(authority)
    assert.equal(authority.texts.length, 2)
  })

  it('is overdue only when entries have waited longer than they may, and no more after the next stamp', async () => {
    const authority = anAuthority()
    await grow(1)
    await look(authority)
    authority.answer = 'silence'
    now += 100_000
    await look(authority)
    assert.equal(authority.stamping.overdueSince, undefined, 'nothing waits')
    const since = clock()
    await grow(1)
    await look(authority)
    assert.equal(authority.stamping.trouble, 'no-answer')
    now += 660_000
    await authority.stamping.look()
    assert.equal(authority.stamping.overdueSince, undefined)
    now += 1000
    await authority.stamping.look()
    assert.deepEqual(authority.stamping.overdueSince, since)
    authority.answer = 'stamp'
    await new Promise((resolve) => setTimeout(resolve, 5100))
    await authority.stamping.round()
    assert.equal(authority.stamping.overdueSince, undefined)
    assert.deepEqual(authority.told, ['no-answer', 'ok'])
  })

  it('does not ask an authority that failed again at once', async () => {
    const authority = anAuthority()
    authority.answer = 'silence'
    await grow(1)
    mock.method(performance, 'now', () => 1)
    await look(authority)
    await look(authority)
    assert.equal(authority.texts.length, 1)
  })

  it('counts entries that were there before there was an authority', async () => {
    await grow(1)
    now += 700_000
    const authority = anAuthority()
    await authority.stamping.look()
    assert.ok(authority.stamping.overdueSince)
    await authority.stamping.round()
    assert.equal(authority.stamping.overdueSince, undefined)
  })

  describe('by one process of several', () => {
    const duty = (parts: Partial<HeadDutyParts>): HeadDuty =>
      new HeadDuty({
        ...{ db: store.db, owner: store.owner, log: noteVerifier(log.vkey) },
        ...{ onCosigned: never, onFork: never, onFailure: never },
        ...parts,
      })

    it('asks from one alone, and what that one found is known to the other', async () => {
      await grow(1)
      const [mine, others] = [anAuthority(), anAuthority()]
      mine.answer = 'silence'
      const first = duty({ stamping: mine.stamping })
      const other = await takeOwnership(databaseUrl)
      const second = duty({ owner: other.id, stamping: others.stamping })
      try {
        // However long it takes, the authority that failed is not asked a second time.
        mock.method(performance, 'now', () => 1)
        await first.start()
        await until('what it found stands in the row', async () => {
          const { rows } = await sql`select from log_duty where trouble is not null`.execute(store.db)
          return rows.length > 0
        })
        now += 700_000
        await second.start()
        assert.deepEqual([mine.texts.length, others.texts.length], [1, 0])
        assert.match(second.overdue ?? '', /no time stamp over entries since 2026-11-22T10:00:00.000Z: no-answer/)
        await first.stop()
        await second.stop()
        assert.equal((await holdDuty(store.db, store.owner, NOTHING)).isMine, true)
        assert.equal((await holdDuty(store.db, other.id, NOTHING)).isMine, false)
      } finally {
        await Promise.all([first.stop(), second.stop()])
        await other.close()
      }
      assert.equal((await holdDuty(store.db, 12_345, NOTHING)).isMine, false, 'the first one lives')
    })

    it('is taken over from a process that died', async () => {
      const dead = await takeOwnership(databaseUrl)
      assert.equal((await holdDuty(store.db, dead.id, NOTHING)).isMine, true)
      assert.equal((await holdDuty(store.db, store.owner, NOTHING)).isMine, false)
      await dead.close()
      // Its session may end a moment after it said goodbye.
      await until('it is taken over', async () => (await holdDuty(store.db, store.owner, NOTHING)).isMine)
    })

    it('halts the log of every process when the one on duty found a fork', async () => {
      const leader = await takeOwnership(databaseUrl)
      await holdDuty(store.db, leader.id, { trouble: undefined, fork: 'the witness w holds another history' })
      const forks: string[] = []
      const follower = duty({ stamping: anAuthority().stamping, onFork: ({ message }) => void forks.push(message) })
      await follower.start()
      await follower.stop()
      await leader.close()
      assert.deepEqual(forks, ['the witness w holds another history'])
    })
  })
})
