import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Receipt } from '../../src/exchange-log/receipt.ts'
import type { AnyEntry } from '../support/readable.ts'
import { readableIn } from '../support/readable.ts'
import { Estate, type Serving, type Signed, until } from '../support/estate.ts'
import { markersIn } from '../support/markers.ts'
import { edno, type Ended } from '../support/processes.ts'

interface Kept extends Signed {
  readonly answer: Buffer
  readonly receipt: Receipt
}

describe('what is kept, and what is gone', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let erased: Kept
  let due: Kept
  let held: Kept
  let fresh: Kept

  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
    erased = await exchange()
    due = await exchange()
    held = await exchange()
    fresh = await exchange()
  })
  after(() => estate.close())

  async function exchange(): Promise<Kept> {
    const signed = estate.sign('taxi')
    const client = estate.client(serving.url)
    const reply = await client.send(signed.bytes)
    assert.ok(reply.kind === 'answer')
    const receipts = [reply.receipt]
    await until('its receipt', async () => {
      receipts[0] ??= await client.receiptOf(signed.exchangeId as never)
      return receipts[0] !== undefined
    })
    return { ...signed, answer: reply.bytes, receipt: receipts[0]! }
  }
  const operator = (...args: string[]): Promise<Ended> => edno(args, estate.variables)
  const orderOn = (
    verb: readonly string[],
    { exchangeId }: Signed,
    basis = 'order 1/2026, GDPR Art. 17',
  ): Promise<Ended> => operator(...verb, '--exchange', exchangeId, '--basis', basis, '--json', '--lang', 'en')
  const entriesOf = async (event: string): Promise<AnyEntry[]> => {
    const rows = await estate.ask<{ bytes: Buffer }>('select bytes from log_entry where event = $1 order by id', [
      event,
    ])
    return rows.map(({ bytes }) => JSON.parse(bytes.toString()) as AnyEntry)
  }
  /** Ids of exchanges of which a person's data can be read by whoever has the database and the operator's key. */
  const readable = (): Promise<ReadonlySet<string>> => readableIn(estate)
  const makeDue = async (...these: readonly Kept[]): Promise<void> => {
    const ids = these.map(({ exchangeId }) => exchangeId)
    await estate.ask("update exchange set expires_at = now() - interval '1 hour' where exchange_id = any ($1)", [ids])
  }
  const containerOf = async ({ exchangeId }: Kept): Promise<{ readonly file: string; readonly bytes: Buffer }> => {
    const file = join(estate.folder, `${exchangeId}.asice`)
    const got = await operator('evidence', 'get', exchangeId, '--party', 'troyan', '--url', serving.url, '--out', file)
    assert.equal(got.status, 0, got.stderr)
    return { file, bytes: readFileSync(file) }
  }
  const verifies = async (file: string): Promise<{ questions: object; unknown: { what: string }[] }> => {
    const seal = join(estate.folder, 'pki', 'broker', 'seal.crt')
    const keys = ['--broker-certificate', seal, '--log-key', join(estate.folder, 'log.vkey')]
    const { status, stdout } = await operator('verify', file, ...keys, '--json')
    assert.equal(status, 0, stdout)
    return JSON.parse(stdout) as { questions: object; unknown: { what: string }[] }
  }

  it('can be read as long as it is kept: the search finds it', async () => {
    for (const { exchangeId } of [erased, due, held, fresh]) assert.ok((await readable()).has(exchangeId))
  })

  it('answers the three questions of a dispute by commands alone, and a changed byte ends with 1, in words and as JSON', async () => {
    const acknowledged = await operator(
      'evidence',
      'acknowledge',
      fresh.exchangeId,
      '--party',
      'troyan',
      '--url',
      serving.url,
    )
    assert.equal(acknowledged.status, 0, acknowledged.stderr)
    const { file, bytes } = await containerOf(fresh)
    assert.deepEqual((await verifies(file)).questions, { asked: 'yes', answered: 'yes', reached: 'yes' })
    const said = await operator('verify', file, '--lang', 'bg')
    assert.equal(said.status, 0)
    for (const words of ['Питано ли е? Да', 'Отговорено ли е така? Да', 'Стигнал ли е отговорът до потребителя? Да'])
      assert.ok(said.stdout.includes(words), said.stdout)
    // Names stand before what is stored: the last of this one is the content.
    const at = bytes.lastIndexOf('"granted":true')
    const changed = Buffer.from(bytes)
    changed.write('"granted":tru3', at)
    writeFileSync(file, changed)
    const tampered = await operator('verify', file, '--json')
    assert.equal(tampered.status, 1)
    assert.equal((JSON.parse(tampered.stdout) as { holds: boolean }).holds, false)
    const inWords = await operator('verify', file, '--lang', 'en')
    assert.equal(inWords.status, 1)
  })

  it('is not erased without a basis, on one that names a person, or of an exchange that there is not', async () => {
    assert.equal((await operator('erase', '--exchange', erased.exchangeId)).status, 2)
    assert.equal((await orderOn(['erase'], erased, 'asked by 8427029967')).status, 2)
    assert.equal((await operator('erase', '--exchange', 'x', '--basis', 'y')).status, 2)
    const missing = { ...erased, exchangeId: '0195f2c0-0000-7000-8000-0000000000ff' }
    const { status, stdout } = await orderOn(['erase'], missing)
    assert.deepEqual([status, (JSON.parse(stdout) as { erase: string }).erase], [1, 'unknown'])
    assert.deepEqual(await entriesOf('erased'), [])
  })

  it('is gone when it was erased, in every place, and the entry says how much there was and is', async () => {
    await estate.ask("update exchange set case_reference = 'ТР-ЗА-ЗАЛИЧАВАНЕ' where exchange_id = $1", [
      erased.exchangeId,
    ])
    await estate.ask(`insert into case_file (consumer, number, opened_at, opened_by, closed_at, closed_by)
      values ('troyan', 'ТР-ЗА-ЗАЛИЧАВАНЕ', now(), 'troyan', now(), 'troyan'), ('vidin', 'ТР-ЗА-ЗАЛИЧАВАНЕ', now(), 'vidin', now(), 'vidin')`)
    const before = await containerOf(erased)
    assert.ok(markersIn(before.bytes).length > 2, 'the search would find it in an export')
    const { status, stdout } = await orderOn(['erase'], erased)
    assert.equal(status, 0, stdout)
    const [entry] = await entriesOf('erased')
    assert.ok(entry?.before && entry.after)
    assert.deepEqual(
      [entry.exchangeId, entry.consumer, entry.basis],
      [erased.exchangeId, 'troyan', 'order 1/2026, GDPR Art. 17'],
    )
    assert.ok(entry.before['payloads']! > 5 && entry.before['keys'] === 1 && entry.before['signatures'] === 1)
    assert.equal(entry.before['cases'], 1)
    assert.deepEqual(await estate.ask('select consumer from case_file'), [{ consumer: 'vidin' }])
    assert.deepEqual(entry.after, {
      ...{
        exchanges: 1,
        payloads: 0,
        keys: 0,
        caseNumbers: 0,
        signatures: 0,
        callbacks: 0,
        queuedCalls: 0,
        promisedAnswers: 0,
        cases: 0,
        reasons: 0,
      },
      ...{ officials: 0, persons: 0, corrections: 0, revocationProofs: 0 },
    })
    assert.ok(!(await readable()).has(erased.exchangeId))
    assert.equal((await orderOn(['erase'], erased)).status, 1, 'nothing is left to erase')
  })

  it('that was erased is in no answer and no export any more, while every proof of it holds', async () => {
    await until('the entry is integrated', async () => {
      const [row] = await estate.ask<{ index: number | null }>("select index from log_entry where event = 'erased'")
      return row !== undefined && row.index !== null
    })
    const reply = await estate.client(serving.url).send(erased.bytes)
    assert.ok(reply.kind === 'problem' && reply.problem.code === 'exchange.expired')
    const after = await containerOf(erased)
    assert.deepEqual(markersIn(after.bytes), [])
    const { questions, unknown } = await verifies(after.file)
    assert.deepEqual(questions, { asked: 'unknown', answered: 'unknown', reached: 'unknown' })
    assert.ok(unknown.some(({ what }) => what === 'content.erased'))
    assert.equal(estate.verify(erased, erased.answer, erased.receipt).holds, true, 'the receipt that the town kept')
  })

  it('that is held is not deleted and not erased, whatever its time', async () => {
    assert.equal((await orderOn(['retention', 'hold'], held, 'case 7/2026 of the court')).status, 0)
    assert.equal((await orderOn(['retention', 'hold'], held)).status, 1, 'it is held already')
    assert.equal((await orderOn(['erase'], held)).status, 1)
    await makeDue(due, held)
    const dry = await operator('retention', 'run', '--dry-run', '--json')
    assert.equal((JSON.parse(dry.stdout) as { before: { exchanges: number } }).before.exchanges, 1)
    const ran = await operator('retention', 'run', '--json')
    assert.equal(ran.status, 0, ran.stderr)
    assert.deepEqual([...(await readable())].sort(), [held.exchangeId, fresh.exchangeId].sort())
    const run = (await entriesOf('retention')).filter(({ change }) => change === 'run')
    assert.equal(run.length, 1)
    assert.deepEqual([run[0]!.before!['exchanges'], run[0]!.before!['keys'], run[0]!.after!['keys']], [1, 1, 0])
    const { bytes } = await containerOf(held)
    assert.ok(markersIn(bytes).length > 2, 'what is held can be proven still')
  })

  it('takes the key of its month with it once nothing of the month is kept', async () => {
    assert.equal((await orderOn(['retention', 'release'], held)).status, 0)
    assert.equal((await orderOn(['retention', 'release'], held)).status, 1)
    await makeDue(held, fresh)
    await estate.ask("update month_key set month = '2020-01'")
    const { stdout } = await operator('retention', 'run', '--json')
    const { keys } = JSON.parse(stdout) as { keys: string[] }
    assert.equal(keys.length, 1)
    assert.match(keys[0]!, /^standard\/\d{4}-\d{2}\/[0-9a-f]{16}$/)
    assert.deepEqual((await entriesOf('retention')).at(-1)!.keys, keys)
    assert.deepEqual([...(await readable())], [])
    const rows = await estate.ask<{ wrapped: Buffer | null }>('select wrapped from month_key')
    assert.deepEqual(
      rows.map(({ wrapped }) => wrapped),
      [null],
    )
  })

  it('leaves no marker in any table or file, and the whole log and every receipt hold', async () => {
    serving.kill('SIGTERM')
    await serving.ended
    serving = await estate.serve()
    const { data } = await estateReady()
    assert.match(data, /"log":"ok"/)
    for (const each of [erased, due, held, fresh]) {
      assert.equal(estate.verify(each, each.answer, each.receipt).holds, true)
      const again = await estate.client(serving.url).receiptOf(each.exchangeId as never)
      assert.deepEqual(again?.salts, {}, 'what opened its commitments is gone')
      assert.equal(again.entry, each.receipt.entry)
    }
    const tables = await estate.ask<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    for (const { name } of tables)
      for (const row of await estate.ask<Record<string, unknown>>(`select * from ${name}`))
        for (const [column, value] of Object.entries(row))
          assert.deepEqual(
            markersIn(Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))),
            [],
            `${name}.${column}`,
          )
  })

  it('is in no export either: a copy of the log, which verifies whole, and the list of an auditor', async () => {
    const copy = join(estate.folder, 'copy')
    const exported = await operator('log', 'export', copy)
    assert.equal(exported.status, 0, exported.stderr)
    const verified = await operator('log', 'verify', copy, '--vkey', join(estate.folder, 'log.vkey'))
    assert.equal(verified.status, 0, verified.stdout)
    const files = (readdirSync(copy, { recursive: true }) as string[])
      .map((name) => join(copy, name))
      .filter((path) => statSync(path).isFile())
    assert.ok(files.length > 3)
    for (const path of files) assert.deepEqual(markersIn(readFileSync(path)), [], path)
    const period = ['--from', '2020-01-01', '--to', '2099-01-01']
    const listed = await operator('audit', 'list', '--party', 'audit-office', '--url', serving.url, ...period, '--csv')
    assert.equal(listed.status, 0, listed.stderr)
    for (const { exchangeId } of [erased, due, held, fresh]) assert.ok(listed.stdout.includes(exchangeId))
    assert.deepEqual(markersIn(Buffer.from(listed.stdout)), [])
  })

  it('is told apart by how it went: on order, or because its time was over', async () => {
    for (const [each, content, code] of [
      [erased, 'erased', 'content.erased'],
      [due, 'deleted', 'content.expired'],
    ] as const) {
      const shown = await operator(
        ...['audit', 'show', each.exchangeId, '--party', 'audit-office', '--url', serving.url, '--json'],
      )
      const record = JSON.parse(shown.stdout) as { content?: string; keptUntil?: string }
      assert.deepEqual([record.content, record.keptUntil], [content, undefined])
      const { unknown } = await verifies((await containerOf(each)).file)
      assert.deepEqual(
        unknown.map(({ what }) => what).filter((what) => what.startsWith('content.')),
        [code],
      )
    }
  })

  async function estateReady(): Promise<{ readonly data: string }> {
    const { connect } = await import('../../src/client/connect.ts')
    const { ca, tls } = estate.keysOf('troyan')
    const { http, close } = connect({ url: serving.url, ca, ...tls }, 'en')
    const { data } = await http.get<Buffer>('/readyz')
    close()
    return { data: data.toString() }
  }
})
