import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import {
  type AdapterFault,
  type AdapterManifest,
  type CallContext,
  type Finding,
  type OpenAdapter,
} from '../../../../src/adapter-kit/adapter.ts'
import { dataAdapter } from '../../../../src/adapter-kit/data-adapter.ts'
import { readManifest } from '../../../../src/adapter-kit/examples.ts'
import type { SqlField, SqlMap } from '../../../../src/adapter-kit/sql/sql-map.ts'
import { statementOf } from '../../../../src/adapter-kit/sql/statement.ts'
import { testDatabaseUrl } from '../../../support/database.ts'
import { NewAdapter } from '../../../support/new-adapter.ts'

const ALL = ['egn', 'number', 'holder', 'validUntil', 'active']

/** A real PostgreSQL with the register that `edno adapter new --transport sql` describes. */
describe('an operation on a view of PostgreSQL', function () {
  this.timeout(60_000)
  let made: NewAdapter
  let owner: pg.Client
  let address: URL
  const opened: OpenAdapter[] = []
  const schema = `licences_${process.pid}`

  before(async () => {
    made = await NewAdapter.write(schema.replace('_', '-'), 'sql')
    address = new URL(await testDatabaseUrl('empty'))
    owner = new pg.Client({ connectionString: address.href })
    await owner.connect()
    await owner.query(readFileSync(join(made.folder, 'register.sql'), 'utf8'))
  })
  afterEach(async () => {
    for (const adapter of opened.splice(0)) await adapter[Symbol.asyncDispose]()
  })
  after(async () => {
    await owner.query(`drop owned by ${schema}_reader; drop role ${schema}_reader`)
    await owner.end()
    made.remove()
  })

  const open = async (changes: Partial<AdapterManifest> = {}, role = `${schema}_reader`, password = 'change-me') => {
    const manifest = { ...readManifest(made.folder), ...changes }
    const url = `postgres://${role}@${address.host}${address.pathname}`
    const adapter = await dataAdapter.open({
      endpoint: { url, ca: '', certificate: '', key: '', password },
      folder: made.folder,
      manifest,
    })
    opened.push(adapter)
    return adapter
  }
  const ask = (adapter: OpenAdapter, egn: string, fields: readonly string[] = ALL, ms = 30_000): Promise<Finding> => {
    const handler = adapter.operations['permit@1']
    assert.ok(handler)
    return handler({ egn }, { fields, signal: AbortSignal.timeout(ms) } as unknown as CallContext)
  }
  const fault = async (asking: Promise<unknown>): Promise<AdapterFault> => {
    const error: unknown = await asking.then(
      () => assert.fail('it was answered'),
      (thrown: unknown) => thrown,
    )
    return error as AdapterFault
  }

  it('finds a record, as of the clock of the database', async () => {
    const finding = await ask(await open(), '8427029967')
    assert.deepEqual(finding.status === 'found' && finding.evidence, {
      egn: '8427029967',
      number: 'ИЗМ-0001',
      holder: 'Николай Войводов Измислен',
      validUntil: '2030-12-31',
      active: true,
    })
    assert.ok(Math.abs(Date.parse(finding.asOf) - Date.now()) < 60_000)
    assert.match(finding.sourceReference, /^sql:\d+$/)
  })

  it('says that there is none, also to a question that would be SQL', async () => {
    const adapter = await open()
    assert.equal((await ask(adapter, '9932319960')).status, 'not-found')
    for (const egn of ["' or '1'='1", "8427029967'; drop table x; --", '%', '$1'])
      assert.equal((await ask(adapter, egn)).status, 'not-found')
  })

  it('reads a whole view where the operation has no subject, and no more rows than its list may have', async () => {
    const list = (most: number): SqlMap => ({
      view: `${schema}.permits_for_edno`,
      where: [],
      fields: [],
      list: { field: 'codes', fields: [{ column: 'number', field: 'number' }], orderBy: ['number'], most },
    })
    const map = join(made.folder, 'permit.v1/sql.json')
    const text = readFileSync(map, 'utf8')
    const [operation] = readManifest(made.folder).operations
    const asked = async (most: number): Promise<Finding> => {
      writeFileSync(map, JSON.stringify(list(most)))
      const adapter = await open({ operations: [{ ...operation!, subject: 'none' }] })
      const context = { fields: ['codes'], signal: AbortSignal.timeout(30_000) } as unknown as CallContext
      return adapter.operations['permit@1']!({}, context)
    }
    try {
      const finding = await asked(10)
      assert.ok(finding.status === 'found')
      const { codes } = finding.evidence as { codes: { number: string }[] }
      assert.deepEqual(codes[0], { number: 'ИЗМ-0001' })
      assert.ok(codes.length > 1)
      assert.equal((await fault(asked(codes.length - 1))).kind, 'bad-answer')
    } finally {
      writeFileSync(map, text)
    }
  })

  it('reads no column that it is not asked for', async () => {
    const finding = await ask(await open(), '8427029967', ['number'])
    const received = Buffer.from(finding.received?.body ?? []).toString('utf8')
    assert.ok(received.includes('ИЗМ-0001') && !received.includes('Войводов') && !received.includes('2030'))
    assert.deepEqual(finding.status === 'found' && finding.evidence, { egn: '8427029967', number: 'ИЗМ-0001' })
  })

  it('asks nothing with a role that may write to the view, or that is above all roles', async () => {
    await owner.query(`grant update on ${schema}.permits_for_edno to ${schema}_reader`)
    try {
      assert.equal((await fault(ask(await open(), '8427029967'))).kind, 'refused')
    } finally {
      await owner.query(`revoke update on ${schema}.permits_for_edno from ${schema}_reader`)
    }
    for (const right of ['update', 'insert']) {
      await owner.query(`grant ${right} (holder) on ${schema}.permits_for_edno to ${schema}_reader`)
      try {
        assert.equal((await fault(ask(await open(), '8427029967'))).kind, 'refused', `${right} of one column`)
      } finally {
        await owner.query(`revoke ${right} (holder) on ${schema}.permits_for_edno from ${schema}_reader`)
      }
    }
    const above = await fault(ask(await open({}, address.username, address.password), '8427029967'))
    assert.deepEqual([above.kind, /may do more than read/.test(above.message)], ['refused', true])
  })

  it('tells a role that may not read, a wrong password, and a view that is not there', async () => {
    await owner.query(`revoke select on ${schema}.permits_for_edno from ${schema}_reader`)
    assert.equal((await fault(ask(await open(), '8427029967'))).kind, 'refused')
    await owner.query(`grant select on ${schema}.permits_for_edno to ${schema}_reader`)
    assert.equal((await fault(ask(await open({}, `${schema}_nobody`, 'x'), '8427029967'))).kind, 'refused')
    const map = join(made.folder, 'permit.v1/sql.json')
    const text = readFileSync(map, 'utf8')
    writeFileSync(map, text.replace('permits_for_edno', 'nothing'))
    try {
      assert.equal((await fault(ask(await open(), '8427029967'))).kind, 'bad-answer')
    } finally {
      writeFileSync(map, text)
    }
  })

  it('gives up when its time is over, and the database does too', async () => {
    const [operation] = readManifest(made.folder).operations
    assert.ok(operation)
    const adapter = await open({ operations: [{ ...operation, timeoutMs: 300 }] })
    await owner.query('begin')
    await owner.query(`lock table ${schema}.permit in access exclusive mode`)
    const waiting = `select count(*)::int as n from pg_stat_activity where usename = '${schema}_reader' and wait_event_type = 'Lock'`
    try {
      assert.equal((await fault(ask(adapter, '8427029967', ALL, 100))).kind, 'timeout')
      const late = await fault(ask(adapter, '8427029967', ALL, 5000))
      assert.deepEqual([late.kind, late.message.includes('57014')], ['timeout', true])
      const { rows } = await owner.query<{ n: number }>(waiting)
      assert.equal(rows[0]?.n, 0)
    } finally {
      await owner.query('rollback')
    }
    assert.equal((await ask(adapter, '8427029967')).status, 'found')
  })

  it('takes two records where one is meant, and a text beyond all measure, for bad answers', async () => {
    await owner.query(
      `insert into ${schema}.permit values ('8731309969', 'A', 'Б', '2030-01-01'), ('8731309969', 'B', 'Б', '2030-01-01')`,
    )
    await owner.query(`insert into ${schema}.permit values ('9225219962x', 'C', repeat('я', 20000), '2030-01-01')`)
    assert.equal((await fault(ask(await open(), '8731309969'))).kind, 'bad-answer')
    assert.equal((await fault(ask(await open(), '9225219962x'))).kind, 'bad-answer')
  })

  it('answers a list, in its order, within its measure', async () => {
    const map = join(made.folder, 'permit.v1/sql.json')
    const text = readFileSync(map, 'utf8')
    const sql = JSON.parse(text) as { fields: object[] }
    const [egn, number] = sql.fields
    const list = { field: 'permits', fields: [number], orderBy: ['number'], most: 2 }
    writeFileSync(map, JSON.stringify({ ...sql, fields: [egn], list }))
    try {
      const finding = await ask(await open(), '8731309969', ['permits'])
      assert.deepEqual(finding.status === 'found' && finding.evidence, {
        egn: '8731309969',
        permits: [{ number: 'A' }, { number: 'B' }],
      })
      await owner.query(`insert into ${schema}.permit values ('8731309969', 'D', 'Б', '2030-01-01')`)
      assert.equal((await fault(ask(await open(), '8731309969', ['permits']))).kind, 'bad-answer')
    } finally {
      writeFileSync(map, text)
    }
  })

  it('leaves in the database what is beyond the measure of an answer, and tells that it was too large', async () => {
    const map = join(made.folder, 'permit.v1/sql.json')
    const text = readFileSync(map, 'utf8')
    const sql = JSON.parse(text) as SqlMap
    const [egn, number, holder] = sql.fields as [SqlField, SqlField, SqlField]
    const list = { field: 'permits', fields: [number, holder], orderBy: ['number'], most: 1000 }
    await owner.query(
      `insert into ${schema}.permit select '7501020018', n::text, repeat('я', 900), '2030-01-01' from generate_series(1, 200) n`,
    )
    const { rows, rowCount } = await owner.query<Record<string, string>>(
      statementOf({ ...sql, fields: [egn], list }, ['egn', 'number', 'holder'], 5000),
      ['7501020018'],
    )
    assert.deepEqual([rowCount, rows.every(({ holder: name }) => name?.length === 900)], [6, true])
    writeFileSync(map, JSON.stringify({ ...sql, fields: [egn], list }))
    try {
      const [operation] = readManifest(made.folder).operations
      assert.ok(operation)
      const adapter = await open({ operations: [{ ...operation, maxAnswerBytes: 5000 }] })
      const told = await fault(ask(adapter, '7501020018', ['permits']))
      assert.deepEqual([told.kind, told.message], ['bad-answer', 'the answer is too large'])
    } finally {
      writeFileSync(map, text)
    }
  })
})
