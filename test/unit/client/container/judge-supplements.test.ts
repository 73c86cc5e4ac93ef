import assert from 'node:assert/strict'
import { evidenceContent } from '../../../../src/app/evidence-content.ts'
import { judgeSupplements } from '../../../../src/client/container/judge-parts.ts'
import { evidenceFiles } from '../../../../src/evidence/evidence-files.ts'
import type { KeptEvidence } from '../../../../src/exchange-log/kept-evidence.ts'
import { sealXml } from '../../../../src/signature/seal-xml.ts'
import { makeIdentity, sealerOf, type TestIdentity } from '../../../support/certificates.ts'

const NAMESPACE = 'urn:edno:exchange:1'
const LOG_KEY = `edno.example.bg/log+00000000+${Buffer.alloc(33, 1).toString('base64')}`

describe('a supplement in a container', function () {
  this.timeout(60_000)
  let former: TestIdentity
  let renewed: TestIdentity
  before(async () => {
    former = await makeIdentity('former seal', 'rsa-2048')
    renewed = await makeIdentity('renewed seal', 'p-256')
  })

  const filesOf = (signedBy: TestIdentity): ReadonlyMap<string, Buffer> => {
    const sealed = (root: string, seal: TestIdentity): Uint8Array =>
      sealXml(`<${root} xmlns="${NAMESPACE}"><ExchangeId>e</ExchangeId></${root}>`, sealerOf(seal))
    const kept = {
      row: {
        ...{ exchange_id: 'e', consumer: 'troyan', service: 's@1', received_at: new Date(0), closed_at: new Date(1) },
        ...{ state: 'closed', status: 'partial', media_type: 'application/xml' },
      },
      answer: sealed('Answer', former),
      supplements: [{ call: 'managers.0', mediaType: 'application/xml', bytes: sealed('Supplement', signedBy) }],
      ...{ entries: [], outcomes: [], revocationProofs: [], pending: 0 },
    } as unknown as KeptEvidence
    const reader = { view: 'own', registries: new Set<string>() } as const
    const content = evidenceContent(kept, reader, { agreements: [], logKey: LOG_KEY, fieldsOf: () => undefined })
    return new Map(evidenceFiles(content).map(({ path, bytes }) => [path, Buffer.from(bytes)]))
  }
  const judged = (files: ReadonlyMap<string, Buffer>, ...seals: readonly TestIdentity[]): boolean[] =>
    judgeSupplements(files, [], { seals: seals.map(({ certificatePem }) => certificatePem) }).map(({ holds }) => holds)
  const OWN = 'certificates/supplement.managers.0.crt'

  it('holds under the seal of the answer, which stands there once', () => {
    const files = filesOf(former)
    assert.equal(files.has(OWN), false)
    assert.deepEqual(judged(files), [true])
    assert.match(files.get('README.txt')!.toString(), /xml certificates\/answer\.crt supplements\/managers\.0\.xml/)
  })

  it('holds where the seal was renewed since the answer: its certificate comes along, and the README names it', () => {
    const files = filesOf(renewed)
    assert.deepEqual(judged(files), [true])
    assert.deepEqual(judged(files, former, renewed), [true])
    assert.match(
      files.get('README.txt')!.toString(),
      /xml certificates\/supplement\.managers\.0\.crt supplements\/managers\.0\.xml/,
    )
  })

  it('does not hold under a seal that the reader does not know, whatever came along', () => {
    assert.deepEqual(judged(filesOf(renewed), former), [false])
  })
})
