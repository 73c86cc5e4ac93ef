import assert from 'node:assert/strict'
import type { Request, Response } from 'express'
import { accessHandlers } from '../../../src/http/access-handlers.ts'
import type { Broker, HttpSettings } from '../../../src/http/broker.ts'
import { partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import type { ProblemCode } from '../../../src/problem/codes.ts'

describe('many acts in one request', () => {
  /** Each act is the code that it is refused with. */
  async function declare(acts: readonly ProblemCode[]) {
    const judged: ProblemCode[] = []
    const told: ProblemCode[] = []
    const failures: unknown[] = []
    const broker = {
      partyOf: () => partyId('ministry'),
      access: {
        act: (_sender: string, code: ProblemCode) => {
          judged.push(code)
          return Promise.reject(new BrokerError(code, 'for the test'))
        },
      },
    } as unknown as Broker
    const settings = {
      onFailure: (error: unknown) => void failures.push(error),
      watch: {
        refused: (_caller: unknown, code: ProblemCode) => {
          told.push(code)
          return code.startsWith('signature.')
        },
      },
    } as unknown as HttpSettings
    const request = {
      app: { get: () => () => ({ address: '192.0.2.1', certificate: 'ab' }) },
      get: () => undefined,
      headers: {},
      acceptsLanguages: () => 'en',
    } as unknown as Request
    let answered: { results: { problem: { code: string } }[] } | undefined
    const response = { locals: { json: { acts } }, json: (body: typeof answered) => void (answered = body) }
    await accessHandlers(broker, settings)['actOnAgreements']?.(request, response as unknown as Response)
    return { judged, told, failures, codes: answered?.results.map(({ problem }) => problem.code) }
  }

  it('are each told to the watch where they are refused, but not where edno fails', async () => {
    const acts = ['signature.invalid', 'agreement.act-refused', 'signature.revocation-unknown'] as const
    const { told, failures, codes } = await declare(acts)
    assert.deepEqual([told, codes, failures.length], [acts.slice(0, 2), [...acts], 1])
  })

  it('are not looked at after twenty that are held against the caller', async () => {
    const bad = Array.from({ length: 20 }, () => 'signature.invalid' as const)
    const { judged, told, codes } = await declare(['agreement.act-refused', ...bad, 'agreement.act-refused', ...bad])
    assert.deepEqual([judged.length, told.length, codes?.length], [21, 21, 42])
    assert.deepEqual([...new Set(codes?.slice(21))], ['request.rate-limited'])
  })

  it('are looked at to the last where none is held against the caller', async () => {
    const acts = Array.from({ length: 60 }, () => 'agreement.act-refused' as const)
    assert.equal((await declare(acts)).judged.length, 60)
  })
})
