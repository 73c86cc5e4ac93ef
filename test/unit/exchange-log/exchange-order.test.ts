import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ExchangeOrder } from '../../../src/exchange-log/exchange-order.ts'
import { readUuid } from '../../../src/exchange-log/uuid-words.ts'

/** What is taken, said in the simplest way there is. */
class Model {
  readonly states = new Map<string, number>()

  take(event: string, key: string): boolean {
    const state = this.states.get(key) ?? 0
    const holds = { opened: state === 0, answered: state === 1, late: state === 2, asked: state > 0, refused: true }[
      event
    ]
    if (holds === true && (event === 'opened' || event === 'answered')) this.states.set(key, state + 1)
    return holds ?? false
  }
}

describe('the order of the entries of exchanges', () => {
  it('is that of a simple model, for thousands of exchanges whose ids are alike', () => {
    const id = fc.record({ low: fc.integer({ min: 0, max: 40 }), high: fc.integer({ min: 0, max: 40 }) })
    const entry = fc.record({
      event: fc.constantFrom('opened', 'opened', 'asked', 'answered', 'late', 'refused'),
      consumer: fc.constantFrom('troyan', 'lovech'),
      id,
    })
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1000, maxLength: 4000, size: 'max' }), (entries) => {
        const [order, model] = [new ExchangeOrder(), new Model()]
        for (const {
          event,
          consumer,
          id: { low, high },
        } of entries) {
          const taken = order.take(event, Int32Array.of(high, 7, 0, low), consumer)
          assert.equal(taken, model.take(event, `${consumer} ${high} ${low}`))
        }
        const states = [...model.states.values()]
        assert.equal(order.opened, states.length)
        assert.equal(order.answered, states.filter((state) => state === 2).length)
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })

  it('reads identifiers in their one spelling', () => {
    const words = new Int32Array(4)
    const read = (text: string): boolean => readUuid(Buffer.from(text), 0, words)
    assert.ok(read('0198c7b2-1234-7000-8000-00000000abcd'))
    assert.deepEqual([...words], [0x0198c7b2, 0x12347000, 0x80000000 | 0, 0xabcd])
    for (const wrong of [
      '0198C7B2-1234-7000-8000-00000000abcd',
      '0198c7b2+1234-7000-8000-00000000abcd',
      'x'.repeat(36),
    ])
      assert.ok(!read(wrong))
  })
})
