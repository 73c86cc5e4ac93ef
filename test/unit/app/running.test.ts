import assert from 'node:assert/strict'
import { Running } from '../../../src/app/running.ts'

const gate = () => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the running exchanges', () => {
  it('refuses a caller beyond the bound before any work is done, and takes one again when another ends', async () => {
    const running = new Running()
    const { open, opened } = gate()
    const first = Array.from({ length: 64 }, () => running.admit(() => opened.then(() => undefined)))
    let worked = false
    await assert.rejects(
      running.admit(() => {
        worked = true
        return opened
      }),
      { code: 'broker.overloaded' },
    )
    assert.equal(worked, false)
    open()
    await Promise.all(first)
    await running.admit(() => Promise.resolve())
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
      running.admit(() => Promise.resolve()),
      { code: 'broker.shutting-down' },
    )
    open()
    await Promise.all([work, drained])
    assert.equal(ended, true)
  })
})
