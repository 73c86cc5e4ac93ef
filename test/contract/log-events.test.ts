import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import canonicalize from 'canonicalize'
import { EVENTS, type EventFields, type Field, FIELDS } from '../../src/exchange-log/entry-fields.ts'
import { EntryScanner } from '../../src/exchange-log/scan-entry.ts'

interface EntrySchema {
  readonly properties: Readonly<Record<string, object>> & { readonly event: { readonly enum: readonly string[] } }
}
const schema = JSON.parse(
  readFileSync(new URL('../../schemas/log-entry.v1.schema.json', import.meta.url), 'utf8'),
) as EntrySchema
const ajv = new Ajv2020({ strict: true, strictRequired: false })
const isBySchema = ajv.compile(schema)

/** Fields that entries of before have; nobody writes them any more. */
const OF_BEFORE = new Set<string>([])

const DIGEST = 'ab'.repeat(32)
const call = { call: 'driver', operation: 'civil-registry/valid-person@1' }
const LISTS: Partial<Record<Field, readonly unknown[]>> = {
  calls: [{ ...call, outcome: 'found' }],
  questions: [{ ...call, attempt: 1 }],
  changes: ['party troyan changed'],
  inUse: [{ use: 'log', sha256: DIGEST }],
  keys: ['standard/2026-11/0123456789abcdef'],
}
const TEXTS: Partial<Record<Field, string>> = {
  ...{ service: 'taxi-permit@1', operation: call.operation, problem: 'access.not-granted', status: 'complete' },
  ...{ outcome: 'found', change: 'opened', cause: 'interrupted', act: 'accept', side: 'consumer' },
  role: 'auditor',
}

function valueOf(field: Field): unknown {
  const shape = FIELDS[field]
  if (shape === 'list') return LISTS[field]
  if (shape === 'counts') return { payload: 4 }
  if (shape === 'sha256' || shape === 'digest-or-counts') return DIGEST
  if (shape === 'commitment') return 'A'.repeat(43)
  if (shape === 'uuid') return '0198c7b2-0000-7000-8000-000000000001'
  return TEXTS[field] ?? 'troyan'
}

/** What the schema wants otherwise of one event than of others. */
const OF_EVENT: Readonly<Record<string, object>> = {
  correction: { change: 'reported' },
  erased: { before: { payload: 4 } },
  retention: { change: 'expired', due: '2026-11-22T08:00:00.000Z' },
}

const entry = (event: string, fields: readonly Field[]): Record<string, unknown> => ({
  ...{ v: 1, time: '2026-11-22T08:00:00.000Z', event },
  ...Object.fromEntries(fields.map((field) => [field, valueOf(field)])),
  ...OF_EVENT[event],
})
const isByTable = (value: unknown): boolean => {
  const bytes = Buffer.from(canonicalize(value) ?? '')
  return new EntryScanner().scan(bytes, 0, bytes.length)
}

describe('the events that a verifier knows, and the schema of entries', () => {
  it('name the same events and the same fields', () => {
    assert.deepEqual(new Set(Object.keys(EVENTS)), new Set(schema.properties.event.enum))
    const known = Object.keys(FIELDS).filter((field) => !OF_BEFORE.has(field))
    assert.deepEqual(new Set(known), new Set(Object.keys(schema.properties)))
  })

  for (const [event, { must, may }] of Object.entries<EventFields>(EVENTS)) {
    it(`agree about ${event}: what it must say`, () => {
      const whole = entry(event, must)
      assert.ok(isBySchema(whole), JSON.stringify(isBySchema.errors))
      assert.ok(isByTable(whole))
      for (const field of must) {
        const { [field]: _, ...less } = whole
        assert.ok(!isBySchema(less), `without ${field}`)
        assert.ok(!isByTable(less), `without ${field}`)
      }
    })

    it(`agree about ${event}: what it may say`, () => {
      for (const field of Object.keys(FIELDS) as Field[]) {
        if (['v', 'time', 'event'].includes(field) || must.includes(field)) continue
        const more = entry(event, [...must, field])
        assert.equal(isByTable(more), may.includes(field), `with ${field}`)
        if (isBySchema(more)) assert.ok(may.includes(field), `the schema allows ${field}`)
      }
    })
  }
})
