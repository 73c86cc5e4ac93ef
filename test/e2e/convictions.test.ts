import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { evidenceClient } from '../../src/client/evidence.ts'
import { unpackContainer } from '../../src/evidence/container.ts'
import type { ExchangeId } from '../../src/model/ids.ts'
import type { DevelopmentPki } from '../../src/pki/development-pki.ts'
import { type Simulator, startSimulator } from '../../src/simulator/start-simulator.ts'
import { Estate, type Serving, type Signed } from '../support/estate.ts'
import { ADAPTERS, CAST } from '../support/simulator.ts'

/** A bureau that changes its mind: whom it asks about has bulletins while the file stands beside this code. */
const MIND = `import { existsSync } from 'node:fs'
const convicted = () => existsSync(new URL('./convicted', import.meta.url))
export default { operations: { 'conviction@1': ({ egn }) => ({ egn, convicted: convicted() }) } }
`

describe('a conviction', function () {
  this.timeout(180_000)
  let estate: Estate
  let bureau: Simulator
  let edno: Serving
  let pki: DevelopmentPki | undefined
  const stands = (): string => join(estate.folder, 'bureau', 'criminal-records', 'simulator', 'convicted')

  const startBureau = ({ registries, registrySeal, caFile }: DevelopmentPki): Promise<Simulator> => {
    const text = (file: string): string => readFileSync(file, 'utf8')
    const folder = join(caFile, '..', '..', 'bureau')
    cpSync(join(ADAPTERS, 'criminal-records'), join(folder, 'criminal-records'), { recursive: true })
    mkdirSync(join(folder, 'criminal-records', 'simulator'))
    writeFileSync(join(folder, 'criminal-records', 'simulator', 'index.js'), MIND)
    return startSimulator({
      adaptersFolder: folder,
      castFile: CAST,
      tls: { key: text(registries.keyFile), certificate: text(registries.certificateFile), ca: text(caFile) },
      seal: { key: text(registrySeal.keyFile), certificate: text(registrySeal.certificateFile) },
    })
  }

  before(async () => {
    estate = await Estate.make({
      answersSignedBy: (known) => {
        pki = known
        return { answerCertificatesFile: known.registrySeal.certificateFile }
      },
      addressOf: async (registry, url) => {
        if (registry !== 'criminal-records') return url
        assert.ok(pki)
        bureau = await startBureau(pki)
        return bureau.url(registry)
      },
    })
    edno = await estate.serve()
  })
  after(async () => {
    await bureau.close()
    await estate.close()
  })

  const answerOf = async (signed: Signed): Promise<string> => {
    const reply = await estate.client(edno.url).send(signed.bytes)
    assert.ok(reply.kind === 'answer' && reply.status === 200, JSON.stringify(reply))
    assert.ok(estate.verify(signed, reply.bytes, reply.receipt).holds)
    return Buffer.from(reply.bytes).toString()
  }
  /** What differs between any two answers to the same question. */
  const masked = (answer: string): string =>
    answer
      .replace(/<ds:Signature .*<\/ds:Signature>/s, '<Signature/>')
      .replace(/(<(ExchangeId|RequestDigest|IssuedAt|AskedAt|AsOf|SourceReference)>)[^<]*/g, '$1')

  it('is seen in one check of the answer, and in nothing else but ids, signature and times', async () => {
    const clean = masked(await answerOf(estate.sign('taxi')))
    writeFileSync(stands(), '')
    const convicted = masked(await answerOf(estate.sign('taxi')))
    assert.notEqual(convicted, clean)
    const check = /(<Check><Id>managers-unconvicted<\/Id>.*?<Result>)(\w+)(?=<\/Result>)/
    assert.deepEqual([check.exec(clean)?.[2], check.exec(convicted)?.[2]], ['pass', 'fail'])
    assert.equal(convicted.replace(check, '$1pass'), clean)
    rmSync(stands())
    assert.equal(masked(await answerOf(estate.sign('taxi'))), clean)
  })

  it('is not in any evidence either: of the bulletins as they came there is a commitment alone', async () => {
    const signed = estate.sign('taxi')
    await answerOf(signed)
    for (const party of ['troyan', 'audit-office']) {
      const keys = estate.keysOf(party)
      const client = evidenceClient({ url: edno.url, ca: keys.ca, ...keys.tls })
      const files = await unpackContainer(await client.get(signed.exchangeId as ExchangeId))
      client.close()
      const names = [...files.keys()].filter((name) => name.startsWith('registries/convictions.0'))
      assert.deepEqual(names, ['registries/convictions.0.json'], party)
      const told = JSON.parse(files.get('registries/convictions.0.json')!.toString()) as Record<string, unknown>
      assert.equal(told['answerLeftOut'], 'more-than-is-read')
      assert.equal('evidence' in told, false)
    }
  })
})
