import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { type EvidenceReader, evidenceContent } from '../../../src/app/evidence-content.ts'
import type { KeptEvidence } from '../../../src/exchange-log/kept-evidence.ts'

const VEHICLES = 'vehicle-register/registration@1'
const PERSONS = 'civil-registry/valid-person@1'
const entry = (event: string, says: object = {}) => ({
  event,
  bytes: Buffer.from(JSON.stringify(says)),
  index: 1,
  proof: '',
})

/** An exchange that two registries were asked in, and that was refused in the end. */
const kept = {
  row: {
    ...{ exchange_id: 'e', consumer: 'troyan', service: 'taxi-permit@1', received_at: new Date(0), data_key: null },
    ...{ state: 'closed', status: 'refused', closed_at: new Date(1) },
  },
  entries: [
    entry('opened'),
    entry('asked', { questions: [{ operation: VEHICLES }, { operation: PERSONS }] }),
    entry('asked', { questions: [{ operation: VEHICLES }] }),
    entry('answered', { status: 'refused', calls: [{ call: 'vehicle', operation: VEHICLES, outcome: 'failed' }] }),
    entry('late', { operation: PERSONS, call: 'driver' }),
    entry('late', { operation: VEHICLES, call: 'vehicle' }),
    entry('incident', { operation: PERSONS, call: 'driver' }),
    entry('acknowledged'),
    entry('erased', { before: { payloads: 12 } }),
  ],
  ...{ outcomes: [], supplements: [], revocationProofs: [], pending: 0 },
} as unknown as KeptEvidence

describe('what a reader gets of an exchange as evidence', () => {
  const contentFor = (reader: EvidenceReader, of = kept) =>
    evidenceContent(of, reader, { agreements: [], logKey: 'key', fieldsOf: () => undefined })

  it('is, for the owner of a registry, of its own slice: not how or when it ended, nor what others were asked', () => {
    const { about, entries, received } = contentFor({ view: 'registry', registries: new Set(['vehicle-register']) })
    const said = JSON.parse(about) as Record<string, unknown>
    assert.deepEqual(Object.keys(said).sort(), [
      ...['consumer', 'content', 'exchangeId', 'receivedAt', 'registries', 'service', 'type', 'view'],
    ])
    assert.deepEqual(
      entries.map(({ event, bytes }) => `${event} ${bytes.toString()}`),
      [
        'opened {}',
        `asked {"questions":[{"operation":"${VEHICLES}"}]}`,
        `late {"operation":"${VEHICLES}","call":"vehicle"}`,
      ],
    )
    assert.equal(received, undefined)
  })

  it('is, for its consumer and for an auditor, all of that', () => {
    const unanswered = { ...kept, entries: kept.entries.filter(({ event }) => event !== 'answered') }
    for (const view of ['own', 'whole'] as const) {
      const { about, entries } = contentFor({ view, registries: new Set() }, unanswered)
      assert.equal((JSON.parse(about) as Record<string, unknown>)['status'], 'refused')
      assert.deepEqual(entries, unanswered.entries)
    }
  })
})
