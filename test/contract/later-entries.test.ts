import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { commit, freshSalt } from '../../src/exchange-log/commitment.ts'
import { incidentEntry, lateEntry } from '../../src/exchange-log/later-entries.ts'
import type { NewLogEntry } from '../../src/store/log-entries.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/log-entry.v1.schema.json', import.meta.url), 'utf8'),
) as object
const isEntry = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema)
const at = new Date('2026-11-22T08:00:00.000Z')
const about = {
  exchangeId: '0198c7b2-0000-7000-8000-000000000001',
  consumer: 'troyan',
  call: 'managers.0',
  operation: 'civil-registry/valid-person@1',
}
const REASON = { text: 'говорих с Иван Измислен', salt: freshSalt() }
const read = ({ bytes }: NewLogEntry) => JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
const late = read(
  lateEntry(about, {
    outcome: 'answered',
    supplementCommit: commit(freshSalt(), Buffer.from('a')).toString('base64url'),
    at,
  }),
)
const opened = read(incidentEntry(about, { change: 'opened', cause: 'interrupted', problem: 'provider.timeout', at }))
const closed = read(incidentEntry(about, { change: 'closed', cause: 'tries-used-up', reason: REASON, at }))

describe('the schema of log entries, after the answer', () => {
  it('describes supplements and incidents, and keeps the kinds apart', () => {
    for (const entry of [late, opened, closed]) {
      assert.ok(isEntry(entry), JSON.stringify([entry, isEntry.errors]))
      for (const wrong of [{ requestCommit: late['supplementCommit'] }, { names: 'x' }, { decision: 'ab'.repeat(32) }])
        assert.ok(!isEntry({ ...entry, ...wrong }))
    }
    assert.ok(!isEntry({ ...late, change: 'opened' }))
    assert.ok(!isEntry({ ...opened, supplementCommit: late['supplementCommit'] }))
  })

  it('commits to a reason under a salt, never says it, and holds none where an operator did nothing yet', () => {
    assert.doesNotMatch(JSON.stringify(closed), /Измислен/)
    const { reasonCommit, ...silent } = closed
    const words = Buffer.from(REASON.text)
    assert.equal(reasonCommit, commit(REASON.salt, words).toString('base64url'))
    // Who guesses the words cannot tell that they guessed right.
    assert.ok(!JSON.stringify(closed).includes(createHash('sha256').update(words).digest('hex')))
    const again = { change: 'closed', cause: 'tries-used-up', reason: { ...REASON, salt: freshSalt() }, at } as const
    assert.notEqual(read(incidentEntry(about, again))['reasonCommit'], reasonCommit)
    assert.ok(!isEntry({ ...opened, reasonCommit }))
    assert.ok(!isEntry(silent))
    assert.ok(!isEntry({ ...closed, reason: 'the registry is back' }))
  })
})
