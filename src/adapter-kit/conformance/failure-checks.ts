import assert from 'node:assert/strict'
import { AdapterFault, type Finding, type OperationManifest } from '../adapter.ts'
import { leafPaths, type OperationExample, readExamples, textsOf } from '../examples.ts'
import { foundExamples, namesSubject, nameOf } from './answer-checks.ts'
import { type Asking, type Bench, PATIENCE_MS } from './bench.ts'
import type { ConformanceCheck } from './check.ts'
import { faultsOver, retryAfterOf } from './faults.ts'

/** Of a registry that does not answer. */
const HANGING_MS = 200
const CANCELLED_MS = 50
/** A house number would be found in any sentence. */
const TOO_SHORT = 3

const NOBODY_ASKED = 'the operation has no subject, so that no answer is about another'

const KINDS = [
  'error-500',
  'busy',
  'garbage',
  'malformed',
  'truncated',
  'reset',
  'hang',
  'stalled',
  'dripping',
] as const

/** That the adapter tells every failure as what it is, in time, and without a word about anybody. */
export function failureChecks(operation: OperationManifest): readonly ConformanceCheck[] {
  const check = (title: string, run: (bench: Bench) => Promise<void> | void): ConformanceCheck => ({
    group: nameOf(operation),
    title,
    run,
  })
  return [
    {
      ...check('shows when the registry answers about another', (bench) => showsAnother(bench, operation)),
      ...(operation.subject === 'none' ? { notApplicable: NOBODY_ASKED } : {}),
    },
    ...KINDS.map((kind) =>
      check(`tells a registry that does ${kind} as what it is, in time`, (bench) => tells(bench, operation, kind)),
    ),
    check('gives up at once when the exchange is taken back', (bench) => givesUp(bench, operation)),
    check('writes nothing of a question or an answer into log lines, fault messages and output', (bench) =>
      staysSilent(bench, operation),
    ),
  ]
}

function exampleOf(bench: Bench, operation: OperationManifest): OperationExample {
  const [example] = foundExamples(readExamples(bench.folderOf(operation)))
  assert.ok(example, 'there is no example found')
  return example
}

async function showsAnother(bench: Bench, operation: OperationManifest): Promise<void> {
  const example = exampleOf(bench, operation)
  bench.rig.setFault({ kind: 'other-subject' })
  const finding = await bench.ask(operation, example.input, { fields: leafPaths(example.evidence) })
  const shown = !namesSubject(operation, example.input, finding)
  assert.ok(
    shown,
    'an answer about another looks like the right one (two examples found, about two subjects, are needed)',
  )
}

async function tells(bench: Bench, operation: OperationManifest, kind: (typeof KINDS)[number]): Promise<void> {
  const transport = bench.transportOf(operation)
  const expected = faultsOver(transport).find(([fault]) => fault === kind)?.[1]
  bench.rig.setFault({ kind })
  const fault = await faultOf(bench, operation, { ms: expected === 'timeout' ? HANGING_MS : PATIENCE_MS })
  assert.equal(fault.kind, expected)
  assert.equal(fault.retryAfterMs, retryAfterOf(kind, transport), 'it does not hand on when to come back')
}

async function givesUp(bench: Bench, operation: OperationManifest): Promise<void> {
  bench.rig.setFault({ kind: 'hang' })
  const taking = new AbortController()
  setTimeout(() => taking.abort(), CANCELLED_MS)
  assert.equal((await faultOf(bench, operation, { signal: taking.signal })).kind, 'timeout')
}

/** The fault that the question ends with, in time. */
async function faultOf(bench: Bench, operation: OperationManifest, how: Omit<Asking, 'fields'>): Promise<AdapterFault> {
  const started = performance.now()
  const { input, evidence } = exampleOf(bench, operation)
  const [field = 'x'] = leafPaths(evidence)
  const thrown = await Promise.race([
    bench.ask(operation, input, { fields: [field], ...how }).then(answered, (error: unknown) => error),
    tooLate(),
  ])
  if (AdapterFault.is(thrown) && thrown.at !== undefined) bench.messages.push(thrown.at)
  if (thrown instanceof Error) bench.messages.push(thrown.message)
  else if (typeof thrown === 'string') bench.messages.push(thrown)
  assert.ok(AdapterFault.is(thrown), `it ended with ${wordFor(thrown)} and not with an AdapterFault`)
  assert.ok(performance.now() - started < PATIENCE_MS, 'it gave up too late')
  return thrown
}

const ANSWERED = Symbol('answered')
const LATE = Symbol('late')

const answered = (_finding: Finding): typeof ANSWERED => ANSWERED

const tooLate = (): Promise<typeof LATE> =>
  new Promise((resolve) => setTimeout(resolve, PATIENCE_MS * 1.5, LATE).unref())

function wordFor(thrown: unknown): string {
  if (thrown === ANSWERED) return 'an answer'
  if (thrown === LATE) return 'nothing'
  return thrown instanceof Error ? `an error "${thrown.name}"` : `a thrown ${typeof thrown}`
}

function staysSilent(bench: Bench, operation: OperationManifest): void {
  const secrets = readExamples(bench.folderOf(operation)).flatMap(({ input, evidence }) => [
    ...textsOf(input),
    ...textsOf(evidence),
  ])
  const told = bench.messages.join('\n')
  const leaked = secrets.filter((text) => text.length > TOO_SHORT && told.includes(text))
  assert.equal(leaked.length, 0, `it wrote down ${new Set(leaked).size} values of questions or answers`)
}
