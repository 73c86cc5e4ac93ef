import assert from 'node:assert/strict'
import { Running } from '../../../src/app/running.ts'
import { type PartyId, partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { NoneFree } from '../../../src/store/unavailable.ts'

const TROYAN = partyId('troyan')
const VIDIN = partyId('vidin')

const gate = () => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the running exchanges', () => {
  const overloaded = async (running: Running, party: PartyId): Promise<void> => {
    let worked = false
    await assert.rejects(
      running.admit(party, async () => {
        worked = true
      }),
      { code: 'broker.overloaded' },
    )
    assert.equal(worked, false)
  }
  const some = (count: number, start: () => Promise<void>): Promise<void>[] => Array.from({ length: count }, start)

  it('refuses a caller beyond the bound before any work is done, and takes one again when another ends', async () => {
    const running = new Running()
    const { open, opened } = gate()
    const first = some(64, () => running.admit(TROYAN, () => opened))
    await overloaded(running, TROYAN)
    open()
    await Promise.all(first)
    await running.admit(TROYAN, () => Promise.resolve())
  })

  it('takes many more that only wait, and not too many of them', async () => {
    const running = new Running({ accepting: 2, running: 5, ofOneParty: 5 })
    const { open, opened } = gate()
    const wait = (): Promise<void> =>
      running.admit(TROYAN, (accepted) => {
        accepted()
        accepted()
        return opened
      })
    const waiting = some(5, wait)
    await overloaded(running, VIDIN)
    open()
    await Promise.all(waiting)
    const { open: openAgain, opened: openedAgain } = gate()
    const accepting = some(2, () => running.admit(TROYAN, () => openedAgain))
    await overloaded(running, VIDIN)
    openAgain()
    await Promise.all(accepting)
  })

  it('tells a caller that edno is overloaded where no connection of the database was free, until its exchange is open', async () => {
    const running = new Running()
    const noneFree = new BrokerError('broker.log-unavailable', 'none', { cause: new NoneFree() })
    await assert.rejects(
      running.admit(TROYAN, () => Promise.reject(noneFree)),
      { code: 'broker.overloaded' },
    )
    // Something was begun: that it would not have been must not be said.
    const opened = running.admit(TROYAN, (accepted) => {
      accepted()
      return Promise.reject(noneFree)
    })
    await assert.rejects(opened, { code: 'broker.log-unavailable' })
  })

  it('lets no party take the places of all', async () => {
    const running = new Running({ accepting: 9, running: 9, ofOneParty: 2 })
    const { open, opened } = gate()
    const first = some(2, () => running.admit(TROYAN, () => opened))
    await overloaded(running, TROYAN)
    await running.admit(VIDIN, () => Promise.resolve())
    open()
    await Promise.all(first)
    await running.admit(TROYAN, () => Promise.resolve())
  })

  it('waits for what never ends at a shutdown only so long', async () => {
    const running = new Running()
    void running.track(() => new Promise(() => undefined))
    await running.drain(20)
  })

  it('lets what runs end at a shutdown, and refuses what comes after', async () => {
    const running = new Running()
    const { open, opened } = gate()
    let ended = false
    const work = running.track(async () => {
      await opened
      ended = true
    })
    const drained = running.drain()
    assert.equal(running.accepting, false)
    await assert.rejects(
      running.admit(TROYAN, () => Promise.resolve()),
      { code: 'broker.shutting-down' },
    )
    open()
    await Promise.all([work, drained])
    assert.equal(ended, true)
  })
})
