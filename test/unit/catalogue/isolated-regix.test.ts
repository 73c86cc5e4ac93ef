import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AdapterFault,
  type AdapterFaultKind,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type RegistryEndpoint,
} from '../../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../../src/adapter-kit/examples.ts'
import type { LaterAnswer, PromisedAnswer } from '../../../src/adapter-kit/later-answer.ts'
import type { AdapterEntry } from '../../../src/catalogue/entries.ts'
import { folderDigest } from '../../../src/catalogue/folder-digest.ts'
import { openAdapter } from '../../../src/catalogue/open-adapter.ts'
import { verifyRegixAnswer } from '../../../src/signature/verify-regix-answer.ts'
import { LATER, LaterRegistry } from '../../support/later-registry.ts'
import { ADAPTERS } from '../../support/simulator.ts'

const KEY = 'registration@1'
const PLATE = 'ОВ0000АА'
const HUNGRY = 'ОВ9999ОВ'
/** Code around the maps: it eats memory where it is asked about one car. */
const CODE = `
import { dataAdapter } from 'edno/adapter-kit'
export default {
  open: async (options) => {
    const { operations, ...rest } = await dataAdapter.open(options)
    const ask = operations['${KEY}']
    const eat = () => { const all = []; for (;;) all.push(new Array(100000).fill({})) }
    return { ...rest, operations: { '${KEY}': (input, context) => (input.plate === '${HUNGRY}' ? eat() : ask(input, context)) },
      [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose]() }
  },
}
`

type Asking = Omit<Partial<CallContext>, 'verifyAnswer'> & {
  readonly plate?: string
  readonly verifyAnswer?: CallContext['verifyAnswer'] | undefined
}

/** A real HTTPS registry that wants edno's certificate, and signs what it answers. */
describe('an adapter of RegiX in a thread of its own', function () {
  this.timeout(60_000)
  let registry: LaterRegistry
  let endpoint: RegistryEndpoint
  let verify: NonNullable<CallContext['verifyAnswer']>
  const open: Partial<Record<'data' | 'code' | 'later', OpenAdapter>> = {}
  const verified: string[] = []

  before(async () => {
    registry = await LaterRegistry.start()
    const { url, caFile, certificateFile, keyFile, answerCertificatesFile } = registry.registries[LATER]!
    const text = (file: string | undefined): string => readFileSync(file!, 'utf8')
    endpoint = { url, ca: text(caFile), certificate: text(certificateFile), key: text(keyFile) }
    const certificates = [new X509Certificate(text(answerCertificatesFile))]
    verify = (raw, namespace) => {
      const verdict = verifyRegixAnswer(raw, { certificates, sha1: false, maxBytes: 1_000_000 }, new Date(), namespace)
      verified.push('refused' in verdict ? verdict.refused : 'holds')
      if ('refused' in verdict) throw new AdapterFault('bad-signature', verdict.refused)
      return verdict.data
    }
    const code = join(registry.folder, 'with-code', LATER)
    cpSync(join(ADAPTERS, LATER), code, { recursive: true })
    writeFileSync(join(code, 'index.js'), CODE)
    open.data = await opened(join(ADAPTERS, LATER))
    open.code = await opened(code)
    open.later = await opened(join(registry.adaptersFolder, LATER))
  })
  after(async () => {
    for (const adapter of Object.values(open)) await adapter[Symbol.asyncDispose]()
    await registry.close()
  })
  beforeEach(() => {
    verified.length = 0
    registry.simulator.setFault(LATER, undefined)
  })

  const opened = async (folder: string): Promise<OpenAdapter> => {
    const manifest = readManifest(folder)
    // However busy the machine is, it has not waited long enough for an answer that is promised.
    const operations = manifest.operations.map((operation) => ({ ...operation, timeoutMs: 40_000 }))
    const entry: AdapterEntry = {
      manifest: { ...manifest, operations, isolation: 'worker', memoryMb: 64 },
      ...{ folder, digest: folderDigest(folder), plugged: true, operations: [] },
      module: { open: () => Promise.reject(new TypeError('it is not opened in this thread')) },
    }
    const adapter = await openAdapter(entry, endpoint)
    return typeof adapter === 'string' ? assert.fail(adapter) : adapter
  }
  const ask = (which: keyof typeof open, { plate = PLATE, ...more }: Asking = {}): Promise<Finding> =>
    open[which]!.operations[KEY]!({ plate }, {
      ...{ exchangeId: '01900000-0000-7000-8000-000000000000', call: 'vehicle', case: 'Д-1', legalBasis: 'закон' },
      consumer: { id: 'troyan', name: 'Община Троян', oid: undefined },
      service: { id: 'x@1', title: 'Услуга' },
      official: { identifier: 'a@troyan.example', names: 'Служител Измислен', position: 'експерт' },
      fields: ['plate', 'make'],
      signal: AbortSignal.timeout(50_000),
      log: { info: () => undefined, warn: () => undefined },
      verifyAnswer: verify,
      ...more,
    } as CallContext)
  const fails = (asking: Promise<unknown>, kind: AdapterFaultKind): Promise<void> =>
    assert.rejects(asking, (error) => AdapterFault.is(error) && error.kind === kind)
  const evidenceOf = (finding: Finding): unknown => finding.status === 'found' && finding.evidence
  const CAR = { plate: PLATE, make: 'Измислен автомобил' }

  for (const which of ['data', 'code'] as const)
    it(`answers, of ${which}, what edno verified in its own thread`, async () => {
      const finding = await ask(which)
      assert.deepEqual(evidenceOf(finding), CAR)
      assert.equal(finding.signedByRegistry, true)
      assert.deepEqual(verified, ['holds'])
      assert.match(Buffer.from(finding.received!.body).toString(), /<Signature /)
    })

  it('answers many questions at once, each with what was verified for it', async () => {
    const plates = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? PLATE : 'ОВ0000АВ'))
    const findings = await Promise.all(plates.map((plate) => ask('data', { plate })))
    const told = findings.map((finding) => (evidenceOf(finding) as { plate?: string } | false) || undefined)
    assert.deepEqual(
      told.map((evidence, index) => evidence === undefined || evidence.plate === plates[index]),
      plates.map(() => true),
    )
    assert.ok(told.filter((evidence) => evidence !== undefined).length >= 10)
    assert.equal(verified.length, 20)
  })

  it('reads nothing of an answer that edno does not believe', async () => {
    const verifyAnswer = (): never => {
      throw new AdapterFault('bad-signature', 'signed by somebody else')
    }
    await fails(ask('data', { verifyAnswer }), 'bad-signature')
    const broken = new RangeError('edno has no memory for it')
    const fault = ask('data', {
      verifyAnswer: () => {
        throw broken
      },
    })
    await assert.rejects(fault, broken)
    assert.equal((await ask('data')).status, 'found')
  })

  it('asks for no signature where edno knows nobody who signs', async () => {
    const finding = await ask('data', { verifyAnswer: undefined })
    assert.deepEqual([evidenceOf(finding), finding.signedByRegistry, verified], [CAR, false, []])
  })

  it('ends at once where its time is over or the exchange is taken back', async () => {
    registry.simulator.setFault(LATER, { kind: 'hang' })
    const taken = new AbortController()
    const began = performance.now()
    const asking = fails(ask('data', { signal: taken.signal }), 'timeout')
    setTimeout(() => taken.abort(), 100)
    await asking
    await fails(ask('data', { signal: AbortSignal.timeout(100) }), 'timeout')
    assert.ok(performance.now() - began < 40_000)
  })

  it('ends where it takes more memory than it may, and edno and its next question go on', async () => {
    await fails(ask('code', { plate: HUNGRY }), 'unavailable')
    assert.deepEqual(evidenceOf(await ask('code')), CAR)
    assert.deepEqual(verified, ['holds'])
  })

  describe('whose registry answers later', () => {
    let kept: PromisedAnswer | undefined
    const did: string[] = []
    let sent: Uint8Array | undefined
    const later: LaterAnswer = {
      promised: () => Promise.resolve(kept),
      keep: (promise) => {
        did.push('kept')
        kept = promise
        return Promise.resolve()
      },
      pushed: async (waitMs) => {
        await new Promise((resolve) => setTimeout(resolve, waitMs))
        return sent
      },
      taken: () => Promise.resolve(void did.push('taken')),
      callbackUrl: 'https://edno.invalid/RegiX/callback/x',
    }
    const promiseNow = () => registry.simulator.promises.at(-1)!
    beforeEach(() => {
      kept = sent = undefined
      did.length = 0
    })

    it('keeps its promise in edno, and fetches and tells by it', async () => {
      registry.simulator.setDelay(LATER, 500)
      assert.deepEqual(evidenceOf(await ask('later', { later })), CAR)
      assert.deepEqual(did, ['kept', 'taken'])
      assert.equal(kept?.reference, String(promiseNow().callId))
      assert.equal(promiseNow().callbackUrl, later.callbackUrl)
      await open.later!.operations[KEY]!.later!.acknowledge(kept, AbortSignal.timeout(30_000))
      assert.equal(promiseNow().acknowledged, true)
    })

    it('takes what its registry sends of itself, when edno has judged it by its thread', async () => {
      registry.simulator.setDelay(LATER, Number.POSITIVE_INFINITY)
      const asking = ask('later', { later })
      while (kept === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
      const { judge } = open.later!.operations[KEY]!.later!
      const good = Buffer.from(promiseNow().callback())
      verified.length = 0
      await judge(good, kept, verify)
      assert.deepEqual(verified, ['holds'])
      await fails(Promise.resolve(judge(good, { ...kept, reference: '1' }, verify)), 'bad-answer')
      const changed = Buffer.from(good.toString().replace('<RegistrationNumber>', '<RegistrationNumber>В'))
      await fails(Promise.resolve(judge(changed, kept, verify)), 'bad-signature')
      sent = good
      assert.deepEqual(evidenceOf(await asking), CAR)
      assert.deepEqual(did, ['kept', 'taken'])
    })

    it('fails as edno does where that cannot keep the promise', async () => {
      registry.simulator.setDelay(LATER, 500)
      const lost = new RangeError('the rows are away')
      await assert.rejects(ask('later', { later: { ...later, keep: () => Promise.reject(lost) } }), lost)
    })
  })

  it('has nothing that answers later where its map says nothing of it', () => {
    assert.equal(open.data!.operations[KEY]!.later, undefined)
  })
})
