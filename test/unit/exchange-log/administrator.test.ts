import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { LogAlarm } from '../../../src/exchange-log/alarm.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { storedLog } from '../../../src/exchange-log/stored-log.ts'
import { type LogFindingCode, type LogVerdict, verifyLog } from '../../../src/exchange-log/verify-log.ts'
import { latestLogCheckpoint } from '../../../src/store/log-checkpoints.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'
import { until } from '../../support/estate.ts'
import { aLog, exchangeOnce } from './exchanges.ts'
import { freshLogKey } from './keys.ts'

interface Forgery {
  readonly what: string
  readonly statements: readonly string[]
  /** What the verification of the whole log finds. */
  readonly finds: LogFindingCode
  /** Which alarm of edno's own goes off: at the next start, or while it runs. Undefined: only a head kept elsewhere shows it. */
  readonly alarm: 'start' | 'running'
}

/** `{"consumer":"troyan"…` becomes `{"consumer":"lovech"…`: as long as before, and as canonical. */
const EDITED = `convert_from(bytes, 'UTF8')`
const EDIT = `convert_to(replace(${EDITED}, '"troyan"', '"lovech"'), 'UTF8')`
const LEAF = `sha256('\\x00'::bytea || ${EDIT})`

const FORGERIES: readonly Forgery[] = [
  {
    what: 'edits an entry',
    statements: [`update log_entry set bytes = ${EDIT} where index = 4`],
    finds: 'entries.root',
    alarm: 'start',
  },
  {
    what: 'edits an entry and its leaf hash',
    statements: [`update log_entry set bytes = ${EDIT}, leaf_hash = ${LEAF} where index = 4`],
    finds: 'entries.root',
    alarm: 'start',
  },
  {
    what: 'edits an entry, its leaf hash and its tile',
    statements: [
      `update log_entry set bytes = ${EDIT}, leaf_hash = ${LEAF} where index = 4`,
      `update log_tile set hashes = overlay(hashes placing (select leaf_hash from log_entry where index = 4) from 129)
        where level = 0 and number = 0`,
    ],
    finds: 'entries.root',
    alarm: 'start',
  },
  {
    what: 'deletes an entry',
    statements: ['delete from log_entry where index = 4'],
    finds: 'entries.root',
    alarm: 'start',
  },
  {
    what: 'deletes an entry and closes the gap',
    statements: [
      'delete from log_entry where index = 4',
      'update log_entry set index = index + 100000 where index > 4',
      'update log_entry set index = index - 100001 where index > 100000',
    ],
    finds: 'entries.root',
    alarm: 'start',
  },
  {
    what: 'exchanges two entries',
    statements: [
      'update log_entry set index = case index when 4 then 90007 else 90004 end where index in (4, 7)',
      'update log_entry set index = index - 90000 where index > 90000',
    ],
    finds: 'entries.root',
    alarm: 'start',
  },
  {
    what: 'exchanges two entries and their leaf hashes in the tile',
    statements: [
      'update log_entry set index = case index when 4 then 90007 else 90004 end where index in (4, 7)',
      'update log_entry set index = index - 90000 where index > 90000',
      `update log_tile set hashes = substr(hashes, 1, 128) || substr(hashes, 225, 32) || substr(hashes, 161, 64)
        || substr(hashes, 129, 32) || substr(hashes, 257) where level = 0 and number = 0`,
    ],
    finds: 'entries.root',
    alarm: 'start',
  },
  { what: 'deletes a tile', statements: ['delete from log_tile'], finds: 'tiles.derived', alarm: 'start' },
  {
    what: 'changes a tile',
    statements: ['update log_tile set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) where level = 0'],
    finds: 'tiles.derived',
    alarm: 'start',
  },
  {
    what: 'writes another head',
    statements: [`update log_checkpoint set note = replace(note, E'\\n12\\n', E'\\n11\\n')`],
    finds: 'checkpoint.signature',
    alarm: 'start',
  },
  {
    what: 'cuts the log back to an older head, with its tiles and entries',
    statements: [
      'delete from log_checkpoint where size > 6',
      'update log_tile set hashes = substr(hashes, 1, 192)',
      'delete from log_entry where index >= 6',
    ],
    finds: 'log.consistent',
    alarm: 'running',
  },
  {
    what: 'empties the log',
    statements: ['delete from log_checkpoint', 'delete from log_tile', 'delete from log_entry'],
    finds: 'log.consistent',
    alarm: 'running',
  },
]

describe('an administrator of the database', function () {
  this.timeout(60_000)
  const logs: ExchangeLog[] = []
  const signingKeyPem = freshLogKey()
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.stop()))
  })
  const running = async (store: Store, alarms: LogAlarm[]): Promise<ExchangeLog> => {
    const log = aLog(store, { signingKeyPem, onAlarm: (alarm) => alarms.push(alarm) })
    logs.push(log)
    await log.start()
    return log
  }
  const sizeOf = async (store: Store): Promise<number> => (await latestLogCheckpoint(store.db))?.size ?? 0
  /** Twelve entries of six exchanges; there is a head of six, and one of twelve. */
  const filled = async (store: Store): Promise<ExchangeLog> => {
    const log = await running(store, [])
    for (const size of [6, 12]) {
      for (let i = 0; i < 3; i += 1) await exchangeOnce(log)
      await until(`there is a head of ${size}`, async () => (await sizeOf(store)) === size)
    }
    return log
  }
  const forge = async (store: Store, statements: readonly string[]): Promise<void> => {
    await store.transaction(async (tx) => {
      // As a superuser does; the triggers stop everybody else.
      await sql`set local session_replication_role = replica`.execute(tx)
      for (const statement of statements) await sql.raw(statement).execute(tx)
    })
  }
  const failing = ({ findings }: LogVerdict): LogFindingCode[] =>
    findings.filter(({ holds }) => !holds).map(({ what }) => what)

  for (const { what, statements, finds, alarm } of FORGERIES)
    it(`who ${what} is found out by the verification of the log, and by edno itself`, async () => {
      const store = await testStore()
      const log = await filled(store)
      const kept = (await latestLogCheckpoint(store.db))!.note
      const alarms: LogAlarm[] = []
      if (alarm === 'start') await log.stop()
      const watching = alarm === 'running' ? await running(store, alarms) : undefined
      await forge(store, statements)

      const source = storedLog(store.db, log.vkey)
      const isEmpty = (await source.read('checkpoint')) === undefined
      const claim = { source, logKey: log.vkey, since: kept }
      if (isEmpty) await assert.rejects(verifyLog(claim), { kind: 'checkpoint-malformed' })
      else assert.ok(failing(await verifyLog(claim)).includes(finds), JSON.stringify(await verifyLog(claim)))

      if (watching !== undefined) await exchangeOnce(watching).catch(() => undefined)
      else await running(store, alarms)
      await until('edno tells it', () => alarms.length > 0)
      assert.deepEqual(new Set(alarms.map(({ kind }) => kind)), new Set(['log-damaged']))
    })
})
