import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { describe, it } from 'mocha'
import type { ActKind, AgreementContent } from '../../../../src/model/agreement.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import {
  byAgreement,
  payloadOf,
  readAgreements,
  recordedAct,
  walkAgreements,
} from '../../../../src/policy/register/rows.ts'
import type { AgreementActRow } from '../../../../src/store/agreements.ts'
import type { Store } from '../../../../src/store/store.ts'
import { testStore } from '../../../support/database.ts'
import { aCast, aRegister, type Cast, type Name, NOON } from './a-register.ts'

describe('the rows of agreements', function () {
  this.timeout(60_000)
  let store: Store
  let cast: Cast
  before(async () => {
    store = await testStore()
    cast = await aCast()
  })

  const payload = (said: object): string => Buffer.from(JSON.stringify(said)).toString('base64url')
  const row = (change: Partial<AgreementActRow> = {}): AgreementActRow => ({
    ...{ sequence: 7, agreement: 'a', act: 'accept', party: 'town', side: 'consumer' },
    ...{ jws: `e30.${payload({ act: 'refuse', by: 'ministry' })}.e30` },
    ...{ act_digest: Buffer.alloc(0), recorded_at: NOON },
    ...change,
  })

  it('are acts as they were signed, with what edno noted of them', () => {
    assert.deepEqual(recordedAct(row()), {
      ...{ act: 'refuse', by: 'ministry', side: 'consumer', sequence: 7 },
      ...{ recordedAt: NOON.toISOString(), jws: row().jws },
    })
    assert.deepEqual([payloadOf('head'), payloadOf(`head.${payload({})}`)].map(String), ['', '{}'])
  })

  it('are acts of each agreement, in their order', () => {
    const [one, two, three] = [row(), row({ agreement: 'b', sequence: 8 }), row({ sequence: 9 })]
    assert.deepEqual(
      [...byAgreement([one, two, three])],
      [
        ['a', [one, three]],
        ['b', [two]],
      ],
    )
  })

  it('are read a part at a time as they are read at once, each with its acts, from where one stopped', async () => {
    const register = aRegister(store, cast)
    const declare = (content: AgreementContent, kind: ActKind, by: Name) =>
      register.act(cast.sign(cast.act(content, kind, by)), NOON)
    const contents = Array.from({ length: 3 }, () => cast.content())
    await register.propose(contents.map(cast.proposal), NOON)
    for (const [index, content] of contents.entries())
      await declare(content, index === 1 ? 'refuse' : 'accept', 'ministry')
    // More than are read at once, twice; older and younger than those above.
    for (const at of ['2029-01-01', '2031-01-01'])
      await sql`insert into agreement select encode(sha256((${at} || n)::text::bytea), 'hex'), '{}'::bytea, 'other',
        'police', 'people', 'permit@1', ${contents[0]?.request}, ${at}::timestamptz
        from generate_series(1, 600) n`.execute(store.db)
    const all = await readAgreements(store.db, {})
    assert.equal(all.length, 1203)
    assert.deepEqual(
      all.slice(600, 603).map(({ digest, acts }) => [digest, acts.length]),
      contents.map((content) => [digestOf(content), 2]).toSorted(),
    )
    const walk = async (from: Parameters<typeof walkAgreements>[2], filter = {}) => {
      const seen = []
      for await (const agreement of walkAgreements(store.db, filter, from)) seen.push(agreement)
      return seen
    }
    assert.deepEqual(await walk({}), all)
    assert.deepEqual(await walk({ after: all[601]?.digest ?? '' }), all.slice(602))
    assert.deepEqual(await walk({ among: ['town'] }), all.slice(600, 603))
    assert.deepEqual(await walk({}, { consumer: 'town' }), await readAgreements(store.db, { consumer: 'town' }))
    assert.deepEqual(await walk({}, { consumer: 'nobody' }), [])
  })
})
