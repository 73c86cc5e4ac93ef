import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AdapterFault, type Finding, type OperationInput } from '../../../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../../../src/adapter-kit/examples.ts'
import type { RegistryRequest } from '../../../../src/adapter-kit/http/registry-http.ts'
import type { OperationMaker, OperationTools } from '../../../../src/adapter-kit/operation.ts'
import { writeExecuteReply } from '../../../../src/adapter-kit/regix/execute-reply.ts'
import { readExecute } from '../../../../src/adapter-kit/regix/execute-request.ts'
import { matrixPaths } from '../../../../src/adapter-kit/regix/matrix-paths.ts'
import { readRegixMap, type RegixMap } from '../../../../src/adapter-kit/regix/regix-map.ts'
import { regixOperation } from '../../../../src/adapter-kit/regix/regix-operation.ts'
import { mappedRestOperation } from '../../../../src/adapter-kit/rest/mapped-rest-operation.ts'
import type { XmlElement } from '../../../../src/adapter-kit/soap/xml-element.ts'

const ADAPTERS = fileURLToPath(new URL('../../../../adapters', import.meta.url))
const EGN = '8427029967'

interface Asked {
  readonly registry: string
  readonly folder: string
  readonly maker?: OperationMaker
  readonly input: OperationInput
  readonly fields: readonly string[]
  readonly answer: string
  readonly requests?: RegistryRequest[]
}

const CONTEXT = {
  ...{ exchangeId: '01900000-0000-7000-8000-000000000000', call: 'x', case: 'ТР-1', legalBasis: 'основание' },
  consumer: { id: 'troyan', name: 'Община Троян', oid: undefined },
  service: { id: 'x@1', title: 'Услуга' },
  official: { identifier: 'a@troyan.example', names: 'Служител Измислен', position: 'експерт' },
  log: { info: () => undefined, warn: () => undefined },
}

/** Asks an operation whose registry answers this. */
function ask({
  registry,
  folder,
  maker = regixOperation,
  input,
  fields,
  answer,
  requests = [],
}: Asked): Promise<Finding> {
  const http = {
    post: (request: RegistryRequest) => {
      requests.push(request)
      return Promise.resolve({ status: 200, body: Buffer.from(answer) })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const [manifest] = readManifest(join(ADAPTERS, registry)).operations
  const handler = maker({
    http,
    manifest,
    folder,
    endpoint: { url: 'https://registry.invalid' },
  } as unknown as OperationTools)
  return handler(input, { ...CONTEXT, fields, signal: AbortSignal.timeout(30_000) })
}

const element = (namespace: string, name: string, children: readonly XmlElement[], text = ''): XmlElement => ({
  ...{ name, namespace, attributes: {}, nil: false, children, text },
})

function replyOf(map: RegixMap, asked: OperationInput, children: readonly XmlElement[]): string {
  const { request, response } = map
  const members = Object.entries(asked).map(([name, text]) => element(request.namespace, name, [], text))
  return writeExecuteReply({
    callId: 7,
    request: element(request.namespace, request.root, members),
    response: element(response.namespace, response.root, children),
    matrix: { type: response.type, paths: matrixPaths(map) },
  })
}

describe('an operation that only says whether there is a record', () => {
  const folder = join(ADAPTERS, 'criminal-records', 'conviction.v1')
  const map = readRegixMap(folder)
  const of = (name: string, children: readonly XmlElement[], text = ''): XmlElement =>
    element(map.response.namespace, name, children, text)

  /** Bulletins as large as real ones. */
  const answerOf = (bulletins: number): string =>
    replyOf(map, { EGN }, [
      of('Person', [of('Egn', [], EGN)]),
      of(
        'Bulletins',
        Array.from({ length: bulletins }, () =>
          of(
            'bulletin',
            Array.from({ length: 20 }, (_, n) => of(`Member${n}`, [], 'измислено съдържание на бюлетин')),
          ),
        ),
      ),
    ])
  const conviction = (answer: string): Promise<Finding> =>
    ask({ registry: 'criminal-records', folder, input: { egn: EGN }, fields: ['convicted'], answer })

  it('says the same of somebody with many records as of somebody with one', async () => {
    const [many, one] = [answerOf(800), answerOf(1)]
    const size = Buffer.byteLength(many)
    assert.equal(size > 1_000_000 && size < 2 * 1024 * 1024, true)
    const [ofMany, ofOne] = [await conviction(many), await conviction(one)]
    for (const finding of [ofMany, ofOne])
      assert.deepEqual(finding.status === 'found' && finding.evidence, { egn: EGN, convicted: true })
    assert.equal(ofMany.sourceReference, ofOne.sourceReference)
  })

  it('allows answers as large as the reader takes', () => {
    const [manifest] = readManifest(join(ADAPTERS, 'criminal-records')).operations
    assert.equal(manifest?.maxAnswerBytes, 2 * 1024 * 1024)
  })

  it('refuses 3 MB before anything is parsed, and repeats nothing of it', async () => {
    const answer = answerOf(2000)
    assert.equal(Buffer.byteLength(answer) > 3_000_000, true)
    // What is no XML any more at its end would be told otherwise, if somebody had looked.
    for (const text of [answer, `${answer.slice(0, -40)}<`])
      await assert.rejects(conviction(text), (error) => {
        if (!AdapterFault.is(error)) throw error
        assert.deepEqual([error.kind, error.at], ['bad-answer', undefined])
        assert.match(error.message, /more than 2097152 bytes$/)
        return true
      })
  })
})

describe('a field that a question may lack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edno-optional-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is left out of a question of RegiX, and written where it is there', async () => {
    cpSync(join(ADAPTERS, 'civil-registry', 'valid-person.v1'), folder, { recursive: true })
    const file = join(folder, 'regix.json')
    const written = JSON.parse(readFileSync(file, 'utf8')) as RegixMap
    const fields = [...written.request.fields, { wire: 'Doc/Number', field: 'document.number' }]
    writeFileSync(file, JSON.stringify({ ...written, request: { ...written.request, fields } }))
    const map = readRegixMap(folder)
    const argumentOf = async (input: OperationInput): Promise<readonly string[]> => {
      const requests: RegistryRequest[] = []
      const answer = replyOf(map, { EGN }, [])
      const finding = await ask({ registry: 'civil-registry', folder, input, fields: [], answer, requests })
      assert.equal(finding.status, 'not-found')
      return readExecute(Buffer.from(requests[0]?.body ?? '')).argument.children.map(({ name }) => name)
    }
    assert.deepEqual(await argumentOf({ egn: EGN }), ['EGN'])
    const both = { egn: EGN, document: { number: '7' } } as unknown as OperationInput
    assert.deepEqual(await argumentOf(both), ['EGN', 'Doc'])
  })

  it('is left out of a question in JSON, and written where it is there', async () => {
    const own = join(ADAPTERS, 'guarantee-fund', 'motor-insurance.v1')
    cpSync(own, folder, { recursive: true })
    const file = join(folder, 'rest.json')
    const map = JSON.parse(readFileSync(file, 'utf8')) as { readonly question: readonly object[] }
    const question = [...map.question, { wire: 'vehicle.plate', field: 'plate' }]
    writeFileSync(file, JSON.stringify({ ...map, question }))
    const bodyOf = async (input: OperationInput): Promise<unknown> => {
      const requests: RegistryRequest[] = []
      const answer = JSON.stringify({ reference: '7', policy: null })
      await ask({ registry: 'guarantee-fund', folder, maker: mappedRestOperation, input, fields: [], answer, requests })
      return JSON.parse(requests[0]?.body ?? '')
    }
    const vin = 'EDNTESTVEHCLE0001'
    assert.deepEqual(await bodyOf({ vin }), { vehicle: { vin } })
    assert.deepEqual(await bodyOf({ vin, plate: 'ОВ0000АА' }), { vehicle: { vin, plate: 'ОВ0000АА' } })
  })
})
