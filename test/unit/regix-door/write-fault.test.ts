import assert from 'node:assert/strict'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { PROBLEMS, type ProblemCode } from '../../../src/problem/codes.ts'
import { errorText } from '../../../src/regix-door/error-text.ts'
import type { AnsweredTo } from '../../../src/regix-door/write-envelope.ts'
import { writeRefusal } from '../../../src/regix-door/write-fault.ts'

const V2: AnsweredTo = { entry: 'v2', soap: '1.1', element: 'Execute' }
const V1: AnsweredTo = { entry: 'v1', soap: '1.2', element: 'ExecuteSynchronous' }
const WHY = 'the document is no SOAP envelope'

/** What stands in an element, without the words and codes that no language has. */
const wordsIn = (text: string, name: string): string => {
  const [, content] = new RegExp(`<(?:s:)?${name}(?: [^>]*)?>([^<]*)</`).exec(text) ?? []
  if (content === undefined) throw new Error(`there is no ${name}`)
  return content.replace(/\[[a-z.-]+\]/g, '')
}

describe('a refusal to a client of RegiX', () => {
  it('tells people in Bulgarian alone, and developers in English beside it', () => {
    for (const [to, name] of [
      [V2, 'faultstring'],
      [V1, 'Text'],
    ] as const) {
      const { status, text } = writeRefusal(new BrokerError('regix.body', WHY), to)
      assert.equal(status, 500)
      assert.equal(wordsIn(text, name).trim(), PROBLEMS['regix.body'].bg)
      assert.equal(wordsIn(text, 'Title'), PROBLEMS['regix.body'].en)
      assert.equal(wordsIn(text, 'Detail'), WHY)
    }
    const { text } = writeRefusal(new BrokerError('regix.call-context', WHY), V2)
    assert.doesNotMatch(text, new RegExp(WHY))
    assert.match(text, /<Error>Error occurred! \[regix\.call-context\] [^A-Za-z]*CallContext[^A-Za-z]*<\/Error>/)
  })

  it('says nothing of the inside where edno itself failed', () => {
    // The one that is answered by a fault whatever went wrong.
    const acknowledging: AnsweredTo = { ...V2, element: 'AcknowledgeResultReceived' }
    for (const code of ['broker.log-unavailable', 'broker.internal'] as const)
      for (const to of [V2, acknowledging])
        assert.doesNotMatch(writeRefusal(new BrokerError(code, 'relation "x" is gone'), to).text, /relation/)
  })

  it('begins with the words that clients look for, and has no sentence in English after them', () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const [beginning = '', own = ''] = errorText(code).split(`[${code}] `)
      assert.match(beginning, /^(|Access denied!.* |Service is disabled! |Error occurred! )$/)
      assert.equal(own, PROBLEMS[code].bg)
      assert.match(own, /[а-я]/)
    }
  })
})
