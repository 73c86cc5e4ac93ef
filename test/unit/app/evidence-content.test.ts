import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { type EvidenceReader, evidenceContent } from '../../../src/app/evidence-content.ts'
import type { KeptEvidence } from '../../../src/exchange-log/kept-evidence.ts'
import { canonicalJson } from '../../../src/schema/canonical-json.ts'

const VEHICLES = 'vehicle-register/registration@1'
const PERSONS = 'civil-registry/valid-person@1'
const EXCHANGE = '01a2083a-87e8-7669-93d1-9957164edc96'
const COMMIT = 'A'.repeat(43)
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
  it('holds what the closing entry commits to without what came after it, also of a call that had been skipped', () => {
    const sha256 = '0'.repeat(64)
    const says = canonicalJson({
      ...{ v: 1, event: 'answered', time: '2026-11-23T10:00:00.000Z', exchangeId: EXCHANGE, consumer: 'troyan' },
      ...{ service: 'taxi-permit@1', basis: 'zavp-24a', grant: 'g', status: 'partial', governance: sha256 },
      ...{ requestCommit: COMMIT, answerCommit: COMMIT, receivedDigest: sha256, signerCertificate: sha256 },
      calls: [
        { call: 'driver', operation: PERSONS, outcome: 'answered' },
        { call: 'vehicle', operation: VEHICLES, outcome: 'late' },
        { call: 'insurance', operation: 'guarantee-fund/motor-insurance@1', outcome: 'skipped' },
      ],
    })
    const closing = { ...entry('answered'), bytes: Buffer.from(says) }
    const outcomes = ['driver', 'vehicle', 'insurance'].map((call) => ({
      ...{ call, operation: PERSONS, outcome: 'found', received: { commit: `of ${call}`, salt: '', mediaType: '' } },
    }))
    const later = { ...kept, entries: [closing], outcomes } as unknown as KeptEvidence
    const { received } = contentFor({ view: 'whole', registries: new Set() }, later)
    assert.equal(received, '{"driver":"of driver"}')
  })

  it('is of a registry’s answer the bytes only where all of it was agreed; of an operation that is gone nobody can say that', () => {
    const received = { commit: COMMIT, salt: '', mediaType: 'application/json', body: '' }
    const outcomes = [{ call: 'driver', operation: PERSONS, outcome: 'found', received }]
    const plan = { calls: [{ name: 'driver', disclosed: ['name'] }], signer: {}, format: 'xml' }
    const answered = { ...kept, entries: [], plan, outcomes } as unknown as KeptEvidence
    const leftOut = (view: 'own' | 'whole', fields: readonly string[] | undefined): unknown => {
      const reader = { view, registries: new Set<string>() }
      const { registries } = evidenceContent(answered, reader, {
        ...{ agreements: [], logKey: 'key', fieldsOf: () => fields },
      })
      const [part] = registries
      const { answerLeftOut } = JSON.parse(part!.about) as { readonly answerLeftOut?: string }
      assert.equal(part!.answer === undefined, answerLeftOut !== undefined)
      return answerLeftOut
    }
    assert.equal(leftOut('own', ['name']), undefined)
    assert.equal(leftOut('own', ['name', 'address']), 'not-agreed-whole')
    assert.equal(leftOut('own', undefined), 'operation-not-known')
    assert.equal(leftOut('whole', undefined), undefined)
  })
})
