import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Receipts } from '../../../src/exchange-log/receipts.ts'
import { exchangeId, partyId } from '../../../src/model/ids.ts'

const HELD_MS = 50

describe('receipts that are held in memory', () => {
  const collect = (): void => {
    setFlagsFromString('--expose-gc')
    const now = runInNewContext('gc') as () => void
    now()
  }
  const holding = (): { receipts: Receipts; salts: (id: number) => object | undefined } => {
    const receipts = new Receipts({} as never, () => ({}) as never, HELD_MS)
    const kept = [1, 2].map((id) => {
      const salts = { request: `salt of ${id}` }
      const exchange = exchangeId(`01a208b5-4db8-7102-8719-04c78fbecf0${id}`)
      receipts.hold(partyId('troyan'), exchange, { id, bytes: Buffer.from('entry'), salts })
      return new WeakRef(salts)
    })
    return { receipts, salts: (id) => kept[id - 1]?.deref() }
  }

  it('are let go after their time, salts with them, though nothing comes after; not while they wait for their place', async () => {
    const { receipts, salts } = holding()
    receipts.integrated([{ id: 1, index: 7 }], false)
    await pause(3 * HELD_MS)
    collect()
    assert.equal(salts(1), undefined)
    assert.notEqual(salts(2), undefined)
    receipts.integrated([{ id: 2, index: 8 }], false)
    await pause(HELD_MS)
    collect()
    assert.equal(salts(2), undefined)
  })
})
