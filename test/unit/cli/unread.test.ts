import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { stopWhenUnread } from '../../../src/cli/unread.ts'

describe('output that nobody reads', () => {
  const epipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })

  const watched = (listens: boolean) => {
    const stream = new EventEmitter()
    const done: string[] = []
    const unread = stopWhenUnread([stream], {
      listens: () => listens,
      signal: () => done.push('signal'),
      exit: () => done.push('exit'),
    })
    return { stream, done, unread }
  }

  it('begins the ordinary shutdown once, however many writes fail', () => {
    const { stream, done, unread } = watched(true)
    assert.equal(unread(), false)
    stream.emit('error', epipe)
    stream.emit('error', epipe)
    assert.deepEqual(done, ['signal'])
    assert.equal(unread(), true)
  })

  it('ends a command at once that has nothing to shut down', () => {
    const { stream, done } = watched(false)
    stream.emit('error', epipe)
    assert.deepEqual(done, ['exit'])
  })

  it('does not swallow another failure of the stream', () => {
    const { stream, done } = watched(true)
    assert.throws(() => stream.emit('error', Object.assign(new Error('disk full'), { code: 'ENOSPC' })), /disk full/)
    assert.deepEqual(done, [])
  })
})
