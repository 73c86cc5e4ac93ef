import assert from 'node:assert/strict'
import { hastening } from '../../../src/app/waiting.ts'
import type { ExchangePorts } from '../../../src/exchange/ports.ts'
import { exchangeId, partyId } from '../../../src/model/ids.ts'

describe('an application that is sent again', () => {
  it('has what was left open looked for at once, before its answer is waited for', async () => {
    const happened: string[] = []
    const repeated = {
      stage: 'repeated',
      consumer: partyId('troyan'),
      exchangeId: exchangeId('0199b2a4-7c00-7abc-8def-0123456789ab'),
    } as const
    const answerOf: ExchangePorts['answerOf'] = (asked) => {
      happened.push(`answer of ${asked.consumer}`)
      return Promise.resolve({ ...asked, stage: 'running', deferred: false, outerEnd: '2026-01-01T00:00:00.000Z' })
    }
    const ports = hastening({ answerOf } as ExchangePorts, () => void happened.push('sweep'))
    assert.equal((await ports.answerOf(repeated)).stage, 'running')
    assert.deepEqual(happened, ['sweep', 'answer of troyan'])
  })
})
