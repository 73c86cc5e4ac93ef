import assert from 'node:assert/strict'
import { receiveMessageOnPort } from 'node:worker_threads'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import type { LaterAnswer } from '../../../src/adapter-kit/later-answer.ts'
import { type Asking, type Help, LendToThread, lentOf, replyTo } from '../../../src/catalogue/lend-to-thread.ts'
import type { Wish } from '../../../src/catalogue/thread-messages.ts'

describe('what edno does for questions of another thread', () => {
  const RAW = Buffer.from('<raw/>')
  const EDNO_FAILS = { kind: 'unavailable', message: 'edno could not do it' }
  const OVER = { kind: 'timeout', message: 'the question is over' }
  const ended: unknown[] = []
  let lend: LendToThread
  beforeEach(() => {
    ended.length = 0
    lend = new LendToThread()
  })
  afterEach(() => lend.close())

  const asking = (help: Help): Asking => ({ help, reject: (error) => void ended.push(error) })
  const verified = (of: Asking | undefined): unknown => {
    lend.verify({ kind: 'verify', id: 0, number: 7, raw: RAW, namespace: 'urn:x' }, of)
    return receiveMessageOnPort(lend.otherEnd.verified)?.message
  }
  const wish = (of: Wish['of'], argument?: unknown): Wish => ({ kind: 'wish', id: 0, wish: 3, of, argument })
  const later = (more: Partial<LaterAnswer>): Help => ({ later: more as LaterAnswer })

  it('hands over what it verified, alone in its memory, and counts that it did', () => {
    const seen: unknown[] = []
    const verifyAnswer = (raw: Uint8Array, namespace?: string): Uint8Array => {
      seen.push([Buffer.from(raw).toString(), namespace])
      return Buffer.from('believed')
    }
    const told = verified(asking({ verifyAnswer })) as { readonly number: number; readonly value: Uint8Array }
    assert.deepEqual(seen, [['<raw/>', 'urn:x']])
    assert.deepEqual([told.number, Buffer.from(told.value).toString()], [7, 'believed'])
    assert.equal(told.value.buffer.byteLength, 'believed'.length)
    assert.equal(Atomics.load(lend.otherEnd.count, 0), 1)
  })

  it('says why it does not believe an answer, and the question goes on to end by that', () => {
    const verifyAnswer = (): Uint8Array => {
      throw new AdapterFault('bad-answer', 'the signature does not hold')
    }
    const fault = { kind: 'bad-answer', message: 'the signature does not hold' }
    assert.deepEqual(verified(asking({ verifyAnswer })), { number: 7, fault })
    assert.deepEqual(ended, [])
  })

  it('ends the question by a fault of edno itself, of which the adapter hears nothing', () => {
    const own = new TypeError('no rows')
    const verifyAnswer = (): Uint8Array => {
      throw own
    }
    assert.deepEqual(verified(asking({ verifyAnswer })), { number: 7, fault: EDNO_FAILS })
    assert.deepEqual(ended, [own])
  })

  it('does nothing for a question that is over', async () => {
    assert.deepEqual(verified(undefined), { number: 7, fault: OVER })
    assert.deepEqual(await replyTo(wish('taken'), undefined), { kind: 'reply', wish: 3, fault: OVER })
  })

  it('lends only what the question was given', () => {
    assert.deepEqual(lentOf({}), { verifies: false, later: false })
    const callbackUrl = 'https://edno.example/callback'
    assert.deepEqual(lentOf({ verifyAnswer: () => RAW, ...later({ callbackUrl }) }), {
      ...{ verifies: true, later: true, callbackUrl },
    })
  })

  it('replies to each wish by what edno keeps of the question', async () => {
    const pushed = (waitMs: number): Promise<Uint8Array> => Promise.resolve(Buffer.from(`after ${waitMs}`))
    const reply = await replyTo(wish('pushed', 50), asking(later({ pushed })))
    assert.ok('value' in reply)
    assert.equal(Buffer.from(reply.value as Uint8Array).toString(), 'after 50')
    const none = await replyTo(wish('pushed', 50), asking(later({ pushed: () => Promise.resolve(undefined) })))
    assert.deepEqual(none, { kind: 'reply', wish: 3, value: undefined })
  })

  it('ends the question where edno cannot keep its promise, and grants nothing else than it lends', async () => {
    const own = new TypeError('no rows')
    const keep = (): Promise<void> => Promise.reject(own)
    assert.deepEqual(await replyTo(wish('keep', {}), asking(later({ keep }))), {
      ...{ kind: 'reply', wish: 3, fault: EDNO_FAILS },
    })
    assert.deepEqual(ended, [own])
    const strange = await replyTo(wish('rows' as Wish['of']), asking(later({})))
    assert.ok('fault' in strange)
    assert.equal(strange.fault.message, 'nothing else can be wished')
  })
})
