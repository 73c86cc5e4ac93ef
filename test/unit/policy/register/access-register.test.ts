import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { sql } from 'kysely'
import { stateOf } from '../../../../src/policy/agreement/state.ts'
import type { AccessRegister } from '../../../../src/policy/register/access-register.ts'
import type { Store } from '../../../../src/store/store.ts'
import { testStore } from '../../../support/database.ts'
import { aCast, aRegister, type Cast, NOON } from './a-register.ts'

describe('the register of agreements', function () {
  this.timeout(30_000)
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
})
