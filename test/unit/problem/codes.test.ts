import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { isProblemCode, PROBLEMS } from '../../../src/problem/codes.ts'

describe('the problem table', () => {
  it('has the same codes as the page that problem types point to', () => {
    const page = readFileSync(new URL('../../../docs/problems.md', import.meta.url), 'utf8')
    const headings = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])
    assert.deepEqual(headings.sort(), Object.keys(PROBLEMS).sort())
  })

  it('has the same codes as the published schema', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../../schemas/problem.v1.schema.json', import.meta.url), 'utf8'),
    ) as { enum: string[] }
    assert.deepEqual(schema.enum.sort(), Object.keys(PROBLEMS).sort())
  })

  it('says in both languages what is wrong and what to do', () => {
    for (const [code, row] of Object.entries(PROBLEMS)) {
      assert.match(row.bg, /[а-я]/, code)
      assert.match(row.doBg, /[а-я]/, code)
      assert.match(row.en, /^[A-Zeu]/, code)
      assert.ok(row.doEn.length > 10, code)
    }
  })

  it('takes no inherited name for a code', () => {
    assert.equal(isProblemCode('constructor'), false)
    assert.equal(isProblemCode('request.expired'), true)
  })
})

describe('BrokerError.from', () => {
  it('keeps a refusal as it is', () => {
    const refusal = new BrokerError('request.expired', 'too old')
    assert.equal(BrokerError.from(refusal), refusal)
  })

  it('turns anything else into broker.internal and keeps the cause inside', () => {
    const cause = new TypeError('secret')
    const error = BrokerError.from(cause)
    assert.equal(error.code, 'broker.internal')
    assert.equal(error.cause, cause)
    assert.ok(!error.message.includes('secret'))
  })
})
