import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keyEncryptionKey, decryptPayload, openPayloadKey, unsealMonthKey } from '../../src/store/payload-cipher.ts'
import { scenariosOf } from '../../src/cli/compose.ts'
import { Estate, type Signed } from '../support/estate.ts'
import { markersIn, markersOfCast } from '../support/markers.ts'

interface StoredPayload {
  readonly exchange_id: string
  readonly consumer: string
  readonly key_id: string
  readonly data_key: Buffer
  readonly kind: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
}

/** Markers of vessels and owners that share six symbols with whom vehicle-tax asks about. */
const OTHERS = ['9225219999', '8427029967', '999999988', 'Чужда', 'Друга', 'Никола', 'ДЕМО-5', 'ДЕМО-6', 'ДЕМО-7']

describe('personal data', function () {
  this.timeout(180_000)
  const markers = markersOfCast()
  const inside = markersIn
  let estate: Estate
  let operational: string
  const answers = new Map<string, { readonly signed: Signed; readonly bytes: Buffer }>()
  let payloads: StoredPayload[]
  let monthKeys: { readonly id: string; readonly wrapped: Buffer }[]
  let values: { readonly table: string; readonly column: string; readonly value: unknown }[]

  before(async () => {
    estate = await Estate.make()
    const edno = await estate.serve({ EDNO_LOG_LEVEL: 'trace' })
    // One after the other: of many at once a slow machine refuses some, and registries are too late for others.
    for (const { name, party } of scenariosOf(estate.config)) {
      const signed = estate.sign(name)
      const reply = await estate.client(edno.url, party).send(signed.bytes)
      if (reply.kind === 'answer') answers.set(name, { signed, bytes: reply.bytes })
    }
    values = await everyValue()
    payloads = await estate.ask<StoredPayload>(
      'select * from exchange join payload on payload.exchange = exchange.id order by exchange.id, payload.kind',
    )
    monthKeys = await estate.ask('select id, wrapped from month_key')
    edno.kill('SIGTERM')
    const ended = await edno.ended
    assert.equal(ended.status, 0)
    operational = ended.stdout + ended.stderr
  })
  after(() => estate.close())

  async function everyValue(): Promise<typeof values> {
    const tables = await estate.ask<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
    )
    const found: typeof values = []
    for (const { name } of tables)
      for (const row of await estate.ask<Record<string, unknown>>(`select * from ${name}`))
        for (const [column, value] of Object.entries(row)) found.push({ table: name, column, value })
    return found
  }
  const open = (row: StoredPayload): Buffer => {
    const operators = keyEncryptionKey(Buffer.from(keyText.trim(), 'hex'))
    const ofMonth = monthKeys.find(({ id }) => id === row.key_id)
    assert.ok(ofMonth, 'a data key is wrapped by the key of its month')
    const month = { id: ofMonth.id, key: unsealMonthKey(operators, ofMonth.id, ofMonth.wrapped) }
    const scope = { consumer: row.consumer, exchangeId: row.exchange_id }
    return decryptPayload(openPayloadKey(month, scope, { keyId: row.key_id, wrapped: row.data_key }), row.kind, row)
  }
  let keyText: string
  before(async () => {
    keyText = await readFile(estate.payloadKeyFile, 'utf8')
  })

  it('is in the answers and, encrypted, in the payloads: the search would find it', () => {
    assert.ok(answers.size > 15)
    assert.ok(inside(answers.get('taxi')!.bytes).length > 1)
    const requests = payloads.filter(({ kind }) => kind === 'request').map(open)
    assert.ok(requests.some((request) => inside(request).length > 2))
    const evidence = payloads.filter(({ kind }) => kind.startsWith('evidence:')).map(open)
    assert.ok(evidence.some((content) => inside(content).length > 2))
  })

  it('stands in no column of any table', () => {
    assert.ok(new Set(values.map(({ table }) => table)).size >= 7, 'not every table was read')
    for (const { table, column, value } of values) {
      const text = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
      assert.deepEqual(inside(text), [], `${table}.${column}`)
    }
  })

  it('stands in no log entry, also not as base64 or in hexadecimal digits', () => {
    const entries = values.filter(({ table, column }) => table === 'log_entry' && column === 'bytes')
    assert.ok(entries.length > 30)
    for (const { value } of entries) {
      const text = (value as Buffer).toString('utf8')
      assert.deepEqual(inside(value as Buffer), [])
      for (const bytes of markers) {
        assert.ok(!text.includes(bytes.toString('hex')))
        assert.ok(!text.includes(bytes.toString('base64url').slice(0, -2)))
      }
    }
  })

  it('stands in no line of the operational log, whose most talkative level was on', () => {
    assert.match(operational, /"call":"vehicle"/)
    assert.deepEqual(inside(Buffer.from(operational)), [])
  })

  it('stands in no file below the data folder, nor in the name of one: not in the write-ahead log, not in a server log', async () => {
    let files = 0
    for (const entry of await readdir(estate.folder, { recursive: true, withFileTypes: true })) {
      assert.deepEqual(inside(Buffer.from(entry.name)), [])
      if (!entry.isFile()) continue
      files += 1
      assert.deepEqual(inside(await readFile(join(entry.parentPath, entry.name))), [], entry.name)
    }
    assert.ok(files > 500, 'the database was not read')
  })

  for (const name of ['vehicle-tax', 'vehicle-tax-firm'])
    it(`of others who share six symbols is thrown away before anything is stored or answered (${name})`, () => {
      const { signed, bytes } = answers.get(name)!
      const stored = payloads.filter(
        ({ exchange_id, kind }) =>
          exchange_id === signed.exchangeId && (kind.startsWith('evidence:') || kind === 'answer'),
      )
      assert.ok(stored.length >= 2)
      for (const content of [bytes, ...stored.map(open)])
        for (const other of OTHERS) assert.ok(!content.includes(Buffer.from(other)), `${other} was not dropped`)
    })

  it('of the owner asked about is not thrown away with that of others', () => {
    const { bytes } = answers.get('vehicle-tax')!
    for (const own of ['Въображаема', 'ДЕМО-3', 'ДЕМО-4']) assert.ok(bytes.includes(Buffer.from(own)), own)
  })
})
