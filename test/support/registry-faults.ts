import assert from 'node:assert/strict'
import { join } from 'node:path'
import nock from 'nock'
import {
  AdapterFault,
  type AdapterFaultKind,
  type AdapterModule,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type OperationInput,
} from '../../src/adapter-kit/adapter.ts'
import { readExamples, readManifest } from '../../src/adapter-kit/examples.ts'
import { testEndpoint } from './simulator.ts'

// Importing nock puts it in the way of every connection of the process; it shall be so in these tests only.
nock.restore()

const HOST = 'https://registry.invalid'

export interface WireCase {
  readonly operation: string
  /** Path of the POST below the registry's URL. */
  readonly path: string
  readonly mediaType: string
  /** A well-formed answer of this operation about somebody else than its first example found. */
  readonly aboutAnother: string
  /** Does the finding show that it is about another? */
  readonly showsAnother: (finding: Finding) => boolean
}

/** What every reply must say of the caller's rights; it denies nothing. */
export const MATRIX = '<Matrix id="AccessMatrix"><HasAccess>true</HasAccess><Name>T</Name><Properties/></Matrix>'

/** A RegiX V2 reply around a request and a response element. */
export const regixReply = (request: string, response: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ExecuteResponse xmlns="http://egov.bg/RegiX">' +
  '<ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData"><IsReady>true</IsReady><Data id="data">' +
  `<Request id="request">${request}</Request><Response id="response">${response}</Response>${MATRIX}</Data>` +
  '<HasError>false</HasError><ServiceCallID>7</ServiceCallID></ServiceResultData></ExecuteResult></ExecuteResponse>' +
  '</s:Body></s:Envelope>'

export interface Intercepted {
  readonly adapter: AdapterModule
  readonly folder: string
  readonly operation: string
  readonly input: OperationInput
  /** Fields to ask for; none if absent. */
  readonly fields?: readonly string[]
  /** Body of the RegiX reply. */
  readonly answer: string
  readonly status?: number
}

/** Asks one RegiX operation once, with the wire intercepted. */
export async function askIntercepted(asked: Intercepted): Promise<Finding> {
  nock.activate()
  nock.disableNetConnect()
  const open = await asked.adapter.open({
    endpoint: await testEndpoint(`${HOST}/registry`),
    folder: asked.folder,
    manifest: readManifest(asked.folder),
  })
  try {
    nock(HOST)
      .post('/registry/RegiXEntryPointV2.svc/basic')
      .reply(asked.status ?? 200, asked.answer, { 'content-type': 'text/xml; charset=utf-8' })
    const handler = open.operations[asked.operation]
    assert.ok(handler)
    return await handler(asked.input, { ...CONTEXT, fields: asked.fields ?? [], signal: AbortSignal.timeout(30_000) })
  } finally {
    await open[Symbol.asyncDispose]()
    nock.cleanAll()
    nock.enableNetConnect()
    nock.restore()
  }
}

/** Each kind of fault as bytes on an intercepted wire, without any server of ours in between. */
export function registryFaults(folder: string, adapter: AdapterModule, wire: WireCase): void {
  const manifest = readManifest(folder)
  const operation = manifest.operations.find(({ id, version }) => `${id}@${version}` === wire.operation)
  assert.ok(operation)
  const example = readExamples(join(folder, operation.folder)).find(({ status }) => status === 'found')
  assert.ok(example)
  let open: OpenAdapter

  const ask = (ms = 30_000): Promise<Finding> => {
    const handler = open.operations[wire.operation]
    assert.ok(handler)
    return handler(example.input, { ...CONTEXT, signal: AbortSignal.timeout(ms) })
  }
  const fails = async (kind: AdapterFaultKind, ms?: number): Promise<void> => {
    await assert.rejects(ask(ms), (error) => AdapterFault.is(error) && error.kind === kind)
  }
  const registry = (): nock.Interceptor => nock(HOST).post(`/registry${wire.path}`)
  const type = { 'content-type': wire.mediaType }

  before(async () => {
    nock.activate()
    nock.disableNetConnect()
    open = await adapter.open({ endpoint: await testEndpoint(`${HOST}/registry`), folder, manifest })
  })
  afterEach(() => nock.cleanAll())
  after(async () => {
    await open[Symbol.asyncDispose]()
    nock.enableNetConnect()
    nock.restore()
  })

  it('reset: the registry is unavailable', async () => {
    registry().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    await fails('unavailable')
  })
  it('no such host: the registry is unavailable', async () => {
    registry().replyWithError(Object.assign(new Error('dns'), { code: 'ENOTFOUND' }))
    await fails('unavailable')
  })
  it('500 and 503: the registry is unavailable', async () => {
    registry().reply(500, '<html>500</html>', { 'content-type': 'text/html' })
    await fails('unavailable')
    registry().reply(503, '', type)
    await fails('unavailable')
  })
  for (const [status, header, retryAfterMs] of [
    [429, '7', 7000],
    [429, undefined, undefined],
    [503, '0', 0],
    [503, 'Fri, 01 Mar 2999 10:00:30 GMT', 86_400_000],
  ] as const)
    it(`${status} with Retry-After ${header ?? 'absent'}: the registry is busy`, async () => {
      registry().reply(status, '', { ...type, ...(header === undefined ? {} : { 'retry-after': header }) })
      const fault: unknown = await ask().catch((error: unknown) => error)
      assert.ok(AdapterFault.is(fault))
      assert.deepEqual([fault.kind, fault.retryAfterMs], ['busy', retryAfterMs])
    })
  it('401 and 403: the registry refuses', async () => {
    registry().reply(401, '', type)
    await fails('refused')
    registry().reply(403, '', type)
    await fails('refused')
  })
  it('a redirection is not followed', async () => {
    registry().reply(302, '', { ...type, location: 'https://elsewhere.invalid/' })
    await fails('bad-answer')
  })
  it('slow: the deadline ends the wait', async () => {
    registry().delay(2000).reply(200, wire.aboutAnother, type)
    await fails('timeout', 60)
  })
  it('truncated: the answer is bad', async () => {
    registry().reply(200, wire.aboutAnother.slice(0, wire.aboutAnother.length >> 1), type)
    await fails('bad-answer')
  })
  it('garbage, nothing at all, or another media type: the answer is bad', async () => {
    registry().reply(200, '\u0001]]>{"', type)
    await fails('bad-answer')
    registry().reply(200, '', type)
    await fails('bad-answer')
    registry().reply(200, wire.aboutAnother, { 'content-type': 'text/html' })
    await fails('bad-answer')
  })
  it('more than two megabytes: the answer is bad', async () => {
    registry().reply(200, ' '.repeat(2 * 1024 * 1024 + 1), type)
    await fails('bad-answer')
  })
  it('another person: the finding shows it', async () => {
    registry().reply(200, wire.aboutAnother, type)
    assert.ok(wire.showsAnother(await ask()))
  })
}

const CONTEXT: Omit<CallContext, 'signal'> = {
  exchangeId: '01900000-0000-7000-8000-000000000001',
  call: 'faults',
  consumer: { id: 'troyan', name: 'Община Троян', oid: undefined },
  service: { id: 'faults@1', title: 'Проверка' },
  case: 'ПРОБА-2',
  legalBasis: 'проверка',
  official: { identifier: 'official@troyan.example', names: 'Служител Измислен', position: 'експерт' },
  fields: [],
  log: { info: () => undefined, warn: () => undefined },
}
