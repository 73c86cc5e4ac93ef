import assert from 'node:assert/strict'
import type { FollowedEvent } from '../../../src/client/follow.ts'
import type { EdnoClient, Later, Reply } from '../../../src/client/send.ts'
import type { Output } from '../../../src/cli/output.ts'
import { sendAndFollow } from '../../../src/cli/submit-later.ts'
import { exchangeId } from '../../../src/model/ids.ts'

const ID = exchangeId('01890a5d-ac96-774b-bcce-b302099a8057')
const LATER: Later = {
  ...{ kind: 'later', status: 202, exchangeId: ID, state: 'deferred' },
  ...{ outerEnd: '2026-11-23T10:00:00.000Z', retryAfterSeconds: 1 },
}
const ANSWER: Reply = { kind: 'answer', status: 200, bytes: Buffer.from('answer') }
const EVENTS: readonly FollowedEvent[] = [
  { event: 'call', call: 'driver', operation: 'civil-registry/valid-person@1', outcome: 'found', elapsedMs: 12 },
  { event: 'deferred', outerEnd: '2026-11-23T10:00:00.000Z' },
  { event: 'call', call: 'vehicle', operation: 'vehicle-register/registration@1', outcome: 'late', elapsedMs: 3000 },
  { event: 'answer', status: 'complete' },
  { event: 'supplement', call: 'insurance' },
]

describe('edno submit, while an answer is late', () => {
  const told = async (
    language: 'bg' | 'en',
    wait: boolean | number | undefined,
    ...replies: readonly (Reply | Later)[]
  ): Promise<{ lines: readonly string[]; reply: Reply | Later; waits: readonly (number | undefined)[] }> => {
    const lines: string[] = []
    const waits: (number | undefined)[] = []
    const rest = [...replies]
    const next = (seconds: number | undefined): Promise<Reply | Later> => {
      waits.push(seconds)
      return Promise.resolve(rest.shift() ?? LATER)
    }
    const client = {
      sendFor: (_: Uint8Array, seconds?: number) => next(seconds),
      answerOf: (_: string, seconds: number) => next(seconds),
      follow: async function* () {
        for (const event of EVENTS) yield await Promise.resolve(event)
      },
    } as unknown as EdnoClient
    const out = {
      progress: (text: string) => void lines.push(text),
      text: (text: { bg: string; en: string }) => text[language],
    } as unknown as Output
    return { reply: await sendAndFollow(client, Buffer.from('application'), wait, out), lines, waits }
  }

  it('tells on a terminal each call that ends and by when the answer comes, and nothing after the answer', async () => {
    const { lines, reply, waits } = await told('en', undefined, LATER, LATER, ANSWER)
    assert.deepEqual(lines, [
      '  driver               found  12 ms',
      'The answer is late: a registry did not answer in time. Waiting until 2026-11-23T10:00:00.000Z.',
      '  vehicle              late  3000 ms',
    ])
    assert.equal(reply, ANSWER)
    assert.deepEqual(waits, [2, 60, 60])
    assert.deepEqual((await told('bg', undefined, LATER, ANSWER)).lines, [
      '  driver               намерено  12 ms',
      'Отговорът закъснява: някой регистър не отговори навреме. Чака се до 2026-11-23T10:00:00.000Z.',
      '  vehicle              закъсня  3000 ms',
    ])
  })

  it('tells nothing of single calls where the answer comes at once, or where nobody waits', async () => {
    assert.deepEqual((await told('en', undefined, ANSWER)).lines, [])
    for (const wait of [false, 0]) {
      const { lines, reply, waits } = await told('en', wait, LATER)
      assert.deepEqual([lines, reply, waits], [[], LATER, [0]])
    }
  })

  it('waits on the line no longer than it was told to', async () => {
    const { reply, waits } = await told('en', 1, LATER, ANSWER)
    assert.deepEqual([reply, waits], [ANSWER, [1, 1]])
  })
})
