import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { compileSchema } from '../schema/compile-schema.ts'
import {
  AdapterFault,
  type AdapterFaultKind,
  type AdapterModule,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type OperationInput,
  type OperationManifest,
  type RegistryEndpoint,
} from './adapter.ts'
import { leafPaths, type OperationExample, readExamples, readManifest, textsOf, valuesAt } from './examples.ts'
import { keepFields } from './keep-fields.ts'
import type { FaultKind, RegistryFault } from './simulator.ts'

/** The adapter's own stand-in, running. */
export interface ConformanceRig {
  readonly endpoint: RegistryEndpoint
  setFault(fault: RegistryFault | undefined): void
  /** Connections open on the registry's side. */
  connections(): Promise<number>
  close(): Promise<void>
}

export interface ConformanceSubject {
  /** Absolute folder of the adapter, two below the repository's root. */
  readonly folder: string
  readonly adapter: AdapterModule
  readonly start: (registry: string) => Promise<ConformanceRig>
}

/** What every fault of a registry must look like to edno. */
const FAULTS: Readonly<Record<Exclude<FaultKind, 'slow' | 'other-subject'>, AdapterFaultKind>> = {
  'error-500': 'unavailable',
  busy: 'busy',
  garbage: 'bad-answer',
  truncated: 'bad-answer',
  reset: 'unavailable',
  hang: 'timeout',
  stalled: 'timeout',
}
const PATIENCE_MS = 2000
const HANGING_MS = 150

/** Everything edno relies on of an adapter, as mocha tests; each adapter's own test calls it. */
export function conformanceSuite({ folder, adapter, start }: ConformanceSubject): void {
  const manifest = readManifest(folder)
  let rig: ConformanceRig
  let open: OpenAdapter
  const messages: string[] = []

  before(async () => {
    rig = await start(manifest.id)
    open = await adapter.open({ endpoint: rig.endpoint, folder, manifest })
  })
  afterEach(() => rig.setFault(undefined))
  after(() => rig.close())

  it('has a valid manifest, named like its folder', () => {
    assert.deepEqual(judge(folder, '../../schemas/adapter-manifest.v1.schema.json', manifest), [])
    assert.ok(folder.endsWith(manifest.id))
  })

  it('has exactly the handlers that its manifest names', () => {
    const named = manifest.operations.map(({ id, version }) => `${id}@${version}`)
    assert.deepEqual(Object.keys(open.operations).sort(), named.sort())
  })

  for (const operation of manifest.operations) {
    const bench: Bench = {
      operation,
      folder: join(folder, operation.folder),
      setFault: (fault) => rig.setFault(fault),
      ask: (input, fields, ms = PATIENCE_MS) => {
        const handler = open.operations[`${operation.id}@${operation.version}`]
        assert.ok(handler, 'the adapter has no such handler')
        return handler(input, contextOf(fields, ms, messages))
      },
      messages,
    }
    describe(`${operation.id}@${operation.version}`, () => {
      answersRight(bench)
      failsRight(bench)
    })
  }

  // A group of its own: mocha runs a group's own tests before those of the groups inside it.
  describe('at the end', () => {
    it('keeps its connections alive, and closes them when it is closed', async () => {
      assert.ok((await rig.connections()) > 0, 'the adapter kept no connection alive')
      await open[Symbol.asyncDispose]()
      for (let tries = 0; tries < 50 && (await rig.connections()) > 0; tries += 1) await wait(20)
      assert.equal(await rig.connections(), 0)
    })
  })
}

interface Bench {
  readonly operation: OperationManifest
  readonly folder: string
  readonly setFault: (fault: RegistryFault | undefined) => void
  readonly ask: (input: OperationInput, fields: readonly string[], ms?: number) => Promise<Finding>
  /** All log lines and fault messages so far. */
  readonly messages: string[]
}

const evidenceOf = (finding: Finding): unknown => (finding.status === 'found' ? finding.evidence : undefined)

function answersRight(bench: Bench): void {
  const examples = readExamples(bench.folder)
  const found = examples.filter(({ status }) => status === 'found')

  it('has an example found and one not found, which its schemas accept', () => {
    assert.ok(found.length > 0 && examples.length > found.length)
    for (const { input, evidence } of examples) {
      assert.deepEqual(judge(bench.folder, 'input.schema.json', input), [])
      if (evidence !== undefined) assert.deepEqual(judge(bench.folder, 'evidence.schema.json', evidence), [])
    }
  })

  for (const { file, input, status, evidence } of examples) {
    it(`answers as examples/${file} says, Cyrillic included`, async () => {
      const finding = await bench.ask(input, leafPaths(evidence))
      assert.equal(finding.status, status)
      assert.deepEqual(evidenceOf(finding), evidence)
      assert.ok(finding.sourceReference !== '' && !Number.isNaN(Date.parse(finding.asOf)))
    })
  }

  it('returns the asked fields and the subject only, and evidence without the rest is still valid', async () => {
    const subject = bench.operation.subject.answer
    for (const { input, evidence } of found) {
      for (const field of [...leafPaths(evidence), undefined]) {
        const paths = field === undefined ? [] : [field]
        const kept = evidenceOf(await bench.ask(input, paths))
        assert.deepEqual(kept, keepFields(evidence, subject === undefined ? paths : [...paths, subject]))
        assert.deepEqual(judge(bench.folder, 'evidence.schema.json', kept), [])
      }
    }
  })

  it('names the subject of its answer', async () => {
    for (const { input } of found) assert.ok(namesSubject(bench, input, await bench.ask(input, [])))
  })

  it('does not mix calls that run side by side', async () => {
    const many = Array.from({ length: 5 }, () => examples).flat()
    const findings = await Promise.all(many.map(({ input, evidence }) => bench.ask(input, leafPaths(evidence))))
    assert.deepEqual(
      findings.map(evidenceOf),
      many.map(({ evidence }) => evidence),
    )
  })
}

function failsRight(bench: Bench): void {
  const [example] = readExamples(bench.folder).filter(({ status }) => status === 'found') as [OperationExample]

  it('shows when the registry answers about another', async () => {
    bench.setFault({ kind: 'other-subject' })
    const finding = await bench.ask(example.input, leafPaths(example.evidence))
    assert.equal(namesSubject(bench, example.input, finding), false)
  })

  for (const [kind, expected] of Object.entries(FAULTS)) {
    it(`tells a registry that does ${kind} as ${expected}`, async () => {
      bench.setFault({ kind: kind as FaultKind })
      const started = Date.now()
      const ms = expected === 'timeout' ? HANGING_MS : PATIENCE_MS
      const fault = await bench.ask(example.input, ['x'], ms).then(
        () => undefined,
        (error: unknown) => error,
      )
      assert.ok(AdapterFault.is(fault), 'the adapter did not throw an AdapterFault')
      bench.messages.push(fault.message)
      assert.equal(fault.kind, expected)
      assert.equal(fault.retryAfterMs, kind === 'busy' ? 1000 : undefined)
      assert.ok(Date.now() - started < PATIENCE_MS, 'the adapter gave up too late')
    })
  }

  it('writes nothing of a question or an answer into log lines and fault messages', () => {
    const secrets = readExamples(bench.folder).flatMap(({ input, evidence }) => [
      ...textsOf(input),
      ...textsOf(evidence),
    ])
    const told = bench.messages.join('\n')
    // Very short texts (a house number) would be found in any sentence.
    assert.deepEqual(
      secrets.filter((text) => text.length > 3 && told.includes(text)),
      [],
    )
  })
}

function namesSubject({ operation: { subject } }: Bench, input: OperationInput, finding: Finding): boolean {
  const asked = input[subject.input]
  if (subject.echo === true) return finding.echo === asked
  return finding.status === 'found' && valuesAt(finding.evidence, subject.answer ?? '').includes(asked)
}

const judge = (folder: string, file: string, value: unknown): readonly unknown[] =>
  compileSchema(pathToFileURL(join(folder, file)))(value)

function contextOf(fields: readonly string[], ms: number, messages: string[]): CallContext {
  const note = (message: string, facts: Record<string, string | number> = {}): void => {
    messages.push(`${message} ${JSON.stringify(facts)}`)
  }
  return {
    exchangeId: '01900000-0000-7000-8000-000000000000',
    call: 'conformance',
    consumer: { id: 'troyan', name: 'Община Троян', oid: '2.16.100.1.1.999.1' },
    service: { id: 'conformance@1', title: 'Проверка на адаптер' },
    case: 'ПРОБА-1',
    legalBasis: 'проверка на адаптер',
    official: { identifier: 'official@troyan.example', names: 'Служител Измислен', position: 'експерт' },
    fields,
    signal: AbortSignal.timeout(ms),
    log: { info: note, warn: note },
  }
}
