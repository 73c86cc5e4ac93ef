import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { answeredEntry, openedEntry, refusedEntry } from '../../src/exchange-log/entries.ts'
import { commit, freshSalt } from '../../src/exchange-log/commitment.ts'
import { entryBytes, type LogEntry } from '../../src/exchange-log/entry.ts'
import { readEntry } from '../../src/exchange-log/read-entry.ts'
import { accessEntry, governanceEntry } from '../../src/exchange-log/rule-entries.ts'
import type { AgreementContent, AgreementDigest } from '../../src/model/agreement.ts'
import { partyId, serviceRef } from '../../src/model/ids.ts'
import { BrokerError } from '../../src/problem/broker-error.ts'
import { anExchange, verifiedOf } from '../unit/exchange-log/exchanges.ts'

const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')) as object

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true })
const isEntry = ajv.compile(schema('log-entry.v1.schema.json'))
const isReceipt = ajv.compile(schema('receipt.v1.schema.json'))

const sample = anExchange()
const at = new Date('2026-11-22T08:00:00.000Z')
const commitment = commit(freshSalt(), sample.request).toString('base64url')
const commitments = { requestCommit: commitment, answerCommit: commitment }
const entries: Record<string, LogEntry> = {
  opened: openedEntry(sample.plan, commitment, at),
  answered: answeredEntry(sample.plan, sample.answer, sample.outcomes, { at, ...commitments }),
  refused: {
    ...refusedEntry(verifiedOf(sample), new BrokerError('access.not-granted', ''), at),
    requestCommit: commitment,
  },
}

const DIGESTS = { before: 'ab'.repeat(32), governance: 'cd'.repeat(32), files: 'ef'.repeat(32) }

describe('the schema of log entries', () => {
  for (const [event, entry] of Object.entries(entries))
    it(`describes the entry that is written when an exchange is ${event}`, () => {
      const read = readEntry(entryBytes(entry))
      assert.ok(isEntry(read), JSON.stringify(isEntry.errors))
      assert.equal(read.event, event)
    })

  it('describes the entries of acts on agreements and of changed rules, and keeps the kinds apart', () => {
    const names = { consumer: partyId('troyan'), provider: partyId('iama'), registry: 'maritime-registry' }
    const about = { ...names, service: serviceRef('taxi-permit', 1) }
    const act = {
      ...{
        type: 'edno-agreement-act@1' as const,
        agreement: 'ab'.repeat(32) as AgreementDigest,
        act: 'refuse' as const,
      },
      ...{ ...about, by: partyId('iama'), at: at.toISOString(), reason: 'Никога в дневника' },
    }
    const bound = (party: string) => ({ party: partyId(party), keys: [] })
    const content = { ...about, consumer: bound('troyan'), delegate: bound('region') } as unknown as AgreementContent
    const told = accessEntry({ act, content, side: 'provider', certificate: 'cd'.repeat(32), jws: 'j', at })
    const changed = governanceEntry({ ...DIGESTS, changes: ['party troyan changed: state'] }, at)
    for (const { bytes, event } of [told, changed]) {
      const entry = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
      assert.ok(isEntry(entry), `${event}: ${JSON.stringify(isEntry.errors)}`)
      assert.ok(!isEntry({ ...entry, requestCommit: commitment }))
      assert.doesNotMatch(JSON.stringify(entry), /Никога/)
      assert.throws(() => readEntry(bytes))
    }
    assert.ok(!isEntry({ ...entries['opened'], agreement: 'ab'.repeat(32) }))
    const many = governanceEntry(
      { ...DIGESTS, changes: Array.from({ length: 5000 }, (_, n) => `party p${n} added`) },
      at,
    )
    assert.match(Buffer.from(many.bytes).toString(), /and 4800 more/)
  })

  it('names who took an exchange back, where that was done and nowhere else', () => {
    const cancelled = { ...sample.answer, status: 'cancelled' as const }
    const said = { at, ...commitments, cancelledBy: partyId('region') }
    const entry = readEntry(entryBytes(answeredEntry(sample.plan, cancelled, sample.outcomes, said)))
    assert.equal(entry.cancelledBy, 'region')
    assert.ok(isEntry(entry), JSON.stringify(isEntry.errors))
    const { cancelledBy: _by, ...nobody } = entry
    assert.ok(!isEntry(nobody))
    for (const kept of Object.values(entries)) assert.ok(!isEntry({ ...kept, cancelledBy: 'region' }))
  })

  it('names the files of a change of rules, and of nothing else', () => {
    assert.ok(!isEntry({ ...entries['opened'], files: 'ab'.repeat(32) }))
  })

  it('names both, who signed and for whom, in the entry of a refusal too', () => {
    const verified = verifiedOf(sample)
    const acting = { ...verified, head: { ...verified.head, onBehalfOf: partyId('vidin') } }
    const entry = refusedEntry(acting, new BrokerError('access.delegation', ''), at)
    assert.equal(entry.onBehalfOf, 'vidin')
    assert.equal(entry.consumer, verified.signer.party)
  })

  it('admits no member that it does not name, and no index', () => {
    for (const more of [{ case: 'ТР-1' }, { index: 4 }, { names: 'x' }])
      assert.ok(!isEntry({ ...entries['opened'], ...more }))
  })

  it('wants of each event what that event must say', () => {
    const { answerCommit: _answer, ...withoutAnswer } = entries['answered'] ?? {}
    const { problem: _problem, ...withoutProblem } = entries['refused'] ?? {}
    assert.equal(typeof _answer, typeof _problem)
    assert.ok(!isEntry(withoutAnswer))
    assert.ok(!isEntry(withoutProblem))
    assert.ok(!isEntry({ ...entries['opened'], status: 'complete' }))
  })
})

describe('the schema of receipts', () => {
  it('describes a receipt, with both salts or none', () => {
    const salt = freshSalt().toString('base64url')
    const receipt = { entry: 'e30', salts: { request: salt, answer: salt }, proof: 'c2sp.org/tlog-proof@v1\nindex 0\n' }
    assert.ok(isReceipt(receipt), JSON.stringify(isReceipt.errors))
    assert.ok(isReceipt({ ...receipt, salts: {} }))
    assert.ok(!isReceipt({ ...receipt, salts: { request: 'short' } }))
    assert.ok(!isReceipt({ ...receipt, index: 0 }))
  })
})
