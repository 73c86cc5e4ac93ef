import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import {
  type AcknowledgedEntry,
  entryBytes,
  type ErasedEntry,
  type RetentionEntry,
} from '../../src/exchange-log/entry.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/log-entry.v1.schema.json', import.meta.url), 'utf8'),
) as object
const isEntry = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema)
const about = {
  v: 1,
  time: '2026-11-22T08:00:00.000Z',
  consumer: 'troyan',
  exchangeId: '0198c7b2-0000-7000-8000-000000000001',
} as const
const counts = { exchanges: 1, payloads: 7 }
const acknowledged: AcknowledgedEntry = {
  ...about,
  ...{ event: 'acknowledged', by: 'troyan', signerCertificate: '0a'.repeat(32), acknowledgement: '0b'.repeat(32) },
}
const erased: ErasedEntry = { ...about, event: 'erased', basis: 'order 1/2026', before: counts, after: counts }
const held: RetentionEntry = { ...about, event: 'retention', change: 'held', basis: 'case 7/2026' }
const { exchangeId: _id, consumer: _consumer, ...at } = about
const run: RetentionEntry = { ...at, event: 'retention', change: 'run', due: at.time, before: counts, after: counts }
const ofClass: RetentionEntry = { ...run, retentionClass: 'long' }
const shredded: RetentionEntry = {
  ...at,
  event: 'retention',
  change: 'run',
  due: at.time,
  keys: ['standard/2026-10/0123456789abcdef'],
}

describe('the schema of log entries, about evidence and what is kept', () => {
  for (const entry of [acknowledged, erased, held, run, ofClass, shredded])
    it(`describes an entry ${entry.event}${'change' in entry ? ` (${entry.change})` : ''}, and no other under its name`, () => {
      const read = JSON.parse(entryBytes(entry).toString()) as Record<string, unknown>
      assert.ok(isEntry(read), JSON.stringify(isEntry.errors))
      for (const wrong of [
        ...[
          { names: 'x' },
          { requestCommit: 'A'.repeat(43) },
          { agreement: '0a'.repeat(32) },
          { before: '0a'.repeat(32) },
        ],
        ...[{ decision: '0a'.repeat(32) }, { change: 'opened' }, { time: 'now' }],
      ])
        assert.ok(!isEntry({ ...read, ...wrong }), JSON.stringify(wrong))
      for (const member of Object.keys(read).filter(
        (name) => !['before', 'after', 'keys', 'retentionClass'].includes(name),
      )) {
        const { [member]: _gone, ...without } = read
        assert.ok(!isEntry(without), member)
      }
    })
})
