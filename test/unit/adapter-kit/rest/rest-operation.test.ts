import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { CallContext, Finding, OperationManifest } from '../../../../src/adapter-kit/adapter.ts'
import type { RegistryRequest } from '../../../../src/adapter-kit/http/registry-http.ts'
import type { OperationTools } from '../../../../src/adapter-kit/operation.ts'
import { isDeepJson } from '../../../../src/adapter-kit/rest/json-depth.ts'
import { type RestWire, restOperation } from '../../../../src/adapter-kit/rest/rest-operation.ts'

const folder = fileURLToPath(new URL('../../../../adapters/guarantee-fund/motor-insurance.v1', import.meta.url))
const BAD = { name: 'AdapterFault', kind: 'bad-answer' }

interface Asked {
  readonly body: string
  readonly wire?: Partial<RestWire<object>>
  readonly maxAnswerBytes?: number
  readonly requests?: RegistryRequest[]
}

/** Asks an operation whose registry answers these bytes. */
function ask({ body, wire = {}, maxAnswerBytes, requests = [] }: Asked): Promise<Finding> {
  const http = {
    post: (request: RegistryRequest) => {
      requests.push(request)
      return Promise.resolve({ status: 200, body: Buffer.from(body) })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const manifest = { subject: {}, ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }) } as OperationManifest
  const making: RestWire<object> = {
    path: '/',
    question: () => ({}),
    read: (answer) => ({ evidence: undefined, reference: (answer as { reference: string }).reference }),
    ...wire,
  }
  const handler = restOperation(making)({ http, manifest, folder } as unknown as OperationTools)
  return handler({}, { fields: [], signal: AbortSignal.timeout(30_000) } as unknown as CallContext)
}

const policy = { number: '1', vehicle: { vin: 'EDNTESTVEHCLE0001' }, insurer: { name: 'И' }, cover: {} }
const NONE = JSON.stringify({ reference: '7', policy: null })

describe('a REST operation', () => {
  it('refuses deep JSON before it is parsed', async () => {
    const deep = `{"reference":"7","policy":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { parse } = JSON
    let parsed = 0
    JSON.parse = (...args: Parameters<typeof parse>): unknown => {
      // Schemas are parsed too; only the answer begins like this.
      if (args[0].startsWith('{"reference"')) parsed += 1
      return parse(...args) as unknown
    }
    try {
      await ask({ body: NONE })
      assert.equal(parsed, 1)
      await assert.rejects(ask({ body: deep }), BAD)
      assert.equal(parsed, 1)
    } finally {
      JSON.parse = parse
    }
  })

  it('counts no bracket inside a text, and nothing twice', () => {
    const is = (text: string): boolean => isDeepJson(Buffer.from(text))
    assert.equal(is(JSON.stringify({ a: '['.repeat(999), b: `"\\${'{'.repeat(99)}` })), false)
    assert.equal(is('[]'.repeat(1000)), false)
    assert.equal(is('['.repeat(64)), false)
    assert.equal(is('['.repeat(65)), true)
    assert.equal(is(`{"a\\\\":${'['.repeat(64)}`), true)
  })

  it('refuses free text where the number of the answer should stand, and texts longer than any record has', async () => {
    for (const reference of ['Иван Примеров', 'x'.repeat(2000), 'a b'])
      await assert.rejects(ask({ body: JSON.stringify({ reference, policy: null }) }), BAD)
    const long = { ...policy, insurer: { name: 'я'.repeat(501) }, cover: { from: '2026-01-01', to: '2026-12-31' } }
    await assert.rejects(ask({ body: JSON.stringify({ reference: '7', policy: long }) }), BAD)
    const reference = 'Иван'
    await assert.rejects(ask({ body: NONE, wire: { read: () => ({ evidence: undefined, reference }) } }), BAD)
  })

  it('states the day of a registry that gives a time without a zone, and takes no other text for one', async () => {
    const stated = (asOf: string): Promise<Finding> =>
      ask({ body: NONE, wire: { read: () => ({ evidence: undefined, reference: '7', asOf }) } })
    assert.equal((await stated('2026-01-15T10:00:00')).asOf, '2026-01-15')
    await assert.rejects(stated('вчера'), BAD)
  })

  it('lets an answer be as large as its manifest says', async () => {
    const requests: RegistryRequest[] = []
    await ask({ body: NONE, requests, maxAnswerBytes: 2048 })
    await ask({ body: NONE, requests })
    assert.deepEqual(
      requests.map(({ maxAnswerBytes }) => maxAnswerBytes),
      [2048, undefined],
    )
  })
})
