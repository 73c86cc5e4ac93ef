import assert from 'node:assert/strict'
import type { AuditReport } from '../../src/model/audit-report.ts'
import type { CorrectionView } from '../../src/model/correction.ts'
import type { ListedExchange, Total } from '../../src/model/exchange-list.ts'
import type { ExchangeRecord } from '../../src/model/exchange-record.ts'
import type { Usage } from '../../src/model/usage.ts'
import { Estate } from '../support/estate.ts'
import { edno, type Ended } from '../support/processes.ts'

const DAY_MS = 86_400_000
const day = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

describe('the commands of readers', function () {
  this.timeout(180_000)
  let estate: Estate
  let onEstate: Record<string, string>
  let exchange = ''
  before(async () => {
    estate = await Estate.make()
    const serving = await estate.serve()
    onEstate = { ...estate.variables, EDNO_HTTP_PORT: new URL(serving.url).port }
    const signed = estate.sign('taxi')
    exchange = signed.exchangeId
    await estate.client(serving.url).send(signed.bytes)
  })
  after(() => estate.close())

  const run = (...args: string[]): Promise<Ended> => edno([...args, '--lang', 'en'], onEstate)
  const told = async <T>(...args: string[]): Promise<T> => {
    const { status, stdout, stderr } = await run(...args, '--json')
    assert.equal(status, 0, stdout + stderr)
    return JSON.parse(stdout) as T
  }
  const period = ['--from', day(-2), '--to', day(2)]
  const list = ['audit', 'list', '--party', 'audit-office', ...period]

  it('list exchanges as a table, as one object and as CSV, by official and by mark', async () => {
    const { status, stdout } = await run(...list)
    assert.equal(status, 0)
    assert.match(stdout, new RegExp(`${exchange} .*troyan .*taxi-permit@1 .*complete .*found 10`))
    assert.match(stdout, /1 of 1 shown/)
    // The page for auditors is in the time of Sofia.
    assert.match(stdout, /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC +/m)
    const { exchanges, total } = await told<{ exchanges: ListedExchange[]; total: Total }>(
      ...list,
      '--consumer',
      'troyan',
      '--official',
      'clerk-1',
    )
    assert.deepEqual([exchanges.map(({ exchangeId }) => exchangeId), total], [[exchange], { count: 1, exact: true }])
    const mark = ['--official-mark', exchanges[0]!.official!]
    assert.equal((await told<{ exchanges: unknown[] }>(...list, ...mark, '--limit', '1')).exchanges.length, 1)
    const csv = await run(...list, '--csv')
    assert.match(csv.stdout, new RegExp(`^\\uFEFFexchangeId,.*\r\n${exchange},troyan,`))
    const owner = ['audit', 'list', '--party', 'mvr', '--as', 'owner', '--registry', 'vehicle-register', ...period]
    assert.equal((await told<{ exchanges: unknown[] }>(...owner)).exchanges.length, 1)
    assert.equal(
      (await told<{ exchanges: unknown[] }>('audit', 'list', '--party', 'troyan', '--as', 'consumer')).exchanges.length,
      1,
    )
  })

  it('show one exchange', async () => {
    const record = await told<ExchangeRecord>('audit', 'show', exchange, '--party', 'audit-office')
    assert.equal(record.exchangeId, exchange)
    const { stdout } = await run('audit', 'show', exchange, '--party', 'audit-office')
    assert.match(stdout, /legal basis: zavp-24a/)
    assert.match(stdout, /vehicle +vehicle-register\/registration@1 +found/)
    assert.match(stdout, /attempt 1: /)
  })

  it('tell statistics and what stands out', async () => {
    const months = ['--from', day(-2).slice(0, 7), '--to', day(2).slice(0, 7)]
    const { rows } = await told<Usage>('stats', '--party', 'troyan', ...months, '--by', 'service')
    assert.deepEqual(rows, [{ service: 'taxi-permit@1', suppressed: true }])
    const csv = await run('stats', '--party', 'troyan', ...months, '--csv', '--by', 'registry,outcome')
    assert.match(csv.stdout, /^\uFEFFregistry,outcome\r\n/)
    const report = await told<AuditReport>('audit', 'report', '--party', 'audit-office', ...period)
    assert.deepEqual(report.leftOut, [])
    assert.match(
      (await run('audit', 'report', '--party', 'audit-office', ...period)).stdout,
      /Questions without an open case/,
    )
  })

  it('follow an error in a registry to its end', async () => {
    const about = [
      '--party',
      'troyan',
      '--call',
      'vehicle',
      '--kind',
      'outdated',
      '--field',
      'make',
      '--text',
      'It was painted',
    ]
    const { id } = await told<CorrectionView>('correction', 'report', exchange, ...about)
    const { corrections } = await told<{ corrections: CorrectionView[] }>('correction', 'list', '--party', 'mvr')
    assert.deepEqual(
      corrections.map((each) => each.id),
      [id],
    )
    assert.equal((await run('correction', 'answer', id, '--party', 'mvr', '--text', 'We look')).status, 0)
    const closing = ['--party', 'mvr', '--text', 'Mended', '--result', 'corrected']
    assert.match((await run('correction', 'close', id, ...closing)).stdout, /closed, corrected/)
    const again = await run('correction', 'close', id, ...closing)
    assert.deepEqual([again.status, /correction\.closed/.test(again.stdout)], [1, true])
  })

  it('say who may not, and what is wrong usage', async () => {
    const refused = await run('audit', 'list', '--party', 'troyan', ...period)
    assert.deepEqual([refused.status, /access\.not-auditor/.test(refused.stdout)], [1, true])
    assert.equal((await run(...list, '--official', 'clerk-1')).status, 2)
    assert.equal((await run('audit', 'list', '--party', 'mvr', '--as', 'owner')).status, 2)
    const unbounded = await run('audit', 'list', '--party', 'audit-office')
    assert.deepEqual([unbounded.status, /say of which time: --from and --to/.test(unbounded.stderr)], [2, true])
    const yesterday = ['--from', 'yesterday', '--to', '2027-01-01']
    assert.equal((await run('audit', 'list', '--party', 'audit-office', ...yesterday)).status, 2)
    assert.equal((await run('audit', 'list')).status, 2)
    assert.equal((await run('correction', 'close', exchange, '--party', 'mvr', '--text', 'x')).status, 2)
  })
})
