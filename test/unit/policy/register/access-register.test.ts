import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { sql } from 'kysely'
import type { ActKind } from '../../../../src/model/agreement.ts'
import { stateOf } from '../../../../src/policy/agreement/state.ts'
import type { AccessRegister } from '../../../../src/policy/register/access-register.ts'
import type { Store } from '../../../../src/store/store.ts'
import { testStore } from '../../../support/database.ts'
import { aCast, aRegister, type Cast, type Name, NOON } from './a-register.ts'

describe('the register of agreements', function () {
  this.timeout(60_000)
  let store: Store
  let cast: Cast
  let register: AccessRegister
  before(async () => {
    store = await testStore()
    cast = await aCast()
    register = aRegister(store, cast)
  })

  const logged = async (): Promise<Record<string, unknown>[]> => {
    const { rows } = await sql<{ bytes: Buffer }>`select bytes from log_entry order by id`.execute(store.db)
    return rows.map(({ bytes }) => JSON.parse(bytes.toString()) as Record<string, unknown>)
  }

  it('records what a consumer proposes and its owner accepts, and from then on it is valid', async () => {
    const content = cast.content()
    const [proposed] = await register.propose([cast.proposal(content)], NOON)
    assert.ok(proposed)
    assert.deepEqual(stateOf(content, proposed.acts, NOON), { name: 'proposed', by: ['provider'], inForce: false })
    const agreed = await register.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON)
    assert.deepEqual(stateOf(content, agreed.acts, NOON), { name: 'valid', by: [], inForce: true })
    assert.deepEqual(await register.find(proposed.digest), agreed)
    assert.deepEqual(
      (await register.list({ request: content.request })).map(({ digest }) => digest),
      [proposed.digest],
    )
    assert.deepEqual(await register.list({ consumer: 'city' }), [])
  })

  it('writes an entry of the exchange log with each act, naming everybody concerned and no reason', async () => {
    const before = await logged()
    const content = cast.content({
      delegate: { party: cast.act(cast.content(), 'accept', 'village').by, keys: [cast.keyOf('village')] },
    })
    await register.propose([cast.proposal(content)], NOON)
    await register.act(cast.sign(cast.act(content, 'refuse', 'ministry')), NOON)
    const [accepted, refused] = (await logged()).slice(before.length)
    assert.deepEqual(
      [accepted?.['act'], accepted?.['by'], accepted?.['side'], refused?.['act'], refused?.['by'], refused?.['side']],
      ['accept', 'town', 'consumer', 'refuse', 'ministry', 'provider'],
    )
    assert.deepEqual(Object.keys(refused ?? {}).toSorted(), [
      ...['act', 'agreement', 'by', 'consumer', 'delegate', 'event', 'jws', 'provider', 'registry', 'service', 'side'],
      ...['signerCertificate', 'time', 'v'],
    ])
  })

  it('records with the time at which its turn came, and never before what was recorded last', async () => {
    const later = new Date(NOON.getTime() + 2_000)
    const content = cast.content()
    const recordedAt = async (clock: Date, kind: ActKind, by: Name): Promise<string | undefined> => {
      const there = aRegister(store, { ...cast, clock: () => clock })
      const { acts } = await there.act(cast.sign(cast.act(content, kind, by)), NOON)
      return acts.at(-1)?.recordedAt
    }
    await register.propose([cast.proposal(content)], NOON)
    assert.equal(await recordedAt(later, 'accept', 'ministry'), later.toISOString())
    assert.equal(await recordedAt(NOON, 'suspend', 'ministry'), later.toISOString())
    const entry = (await logged()).at(-1)
    assert.deepEqual([entry?.['act'], entry?.['time']], ['suspend', later.toISOString()])
  })

  it('does not follow a clock that was wrong by hours', async () => {
    const wrong = new Date(NOON.getTime() + 3_600_000)
    const content = cast.content()
    await register.propose([cast.proposal(content)], NOON)
    const there = aRegister(store, { ...cast, clock: () => wrong })
    await there.act(cast.sign(cast.act(content, 'accept', 'ministry')), NOON)
    const { acts } = await register.act(cast.sign(cast.act(content, 'suspend', 'ministry')), NOON)
    assert.equal(acts.at(-1)?.recordedAt, NOON.toISOString())
  })
})
