import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileSchema } from '../../schema/compile-schema.ts'
import type { Finding, OperationInput, OperationManifest } from '../adapter.ts'
import { holdsPerson } from '../holds-person.ts'
import { leafPaths, type OperationExample, readExamples, valuesAt } from '../examples.ts'
import { keepFields } from '../keep-fields.ts'
import { askedPaths } from '../operation.ts'
import { isAsOf, isSourceReference } from '../provenance-text.ts'
import { type Bench, PATIENCE_MS } from './bench.ts'
import type { ConformanceCheck } from './check.ts'

export const evidenceOf = (finding: Finding): unknown => (finding.status === 'found' ? finding.evidence : undefined)

export const judge = (folder: string, file: string, value: unknown): readonly unknown[] =>
  compileSchema(pathToFileURL(join(folder, file)))(value)

export const foundExamples = (examples: readonly OperationExample[]): readonly OperationExample[] =>
  examples.filter(({ status }) => status === 'found')

export const nameOf = ({ id, version }: OperationManifest): string => `${id}@${version}`

/** That the adapter answers, and answers no more than it is asked. */
export function answerChecks(operation: OperationManifest, adapterFolder: string): readonly ConformanceCheck[] {
  const examples = readExamples(join(adapterFolder, operation.folder))
  const given = { operation, examples, found: foundExamples(examples) }
  const check = (title: string, run: (bench: Bench, given: Given) => Promise<void> | void): ConformanceCheck => ({
    group: nameOf(operation),
    title,
    run: (bench) => run(bench, given),
  })
  return [
    check(
      operation.subject === 'none'
        ? 'has an example found, which its schemas accept'
        : 'has an example found and one not found, which its schemas accept',
      hasExamples,
    ),
    ...examples.map((example) =>
      check(`answers as examples/${example.file} says, Cyrillic included`, (bench) =>
        answers(bench, operation, example),
      ),
    ),
    check('returns the asked fields and the subject only, and evidence without the rest is still valid', keepsToFields),
    operation.subject === 'none'
      ? check('names nobody in its answer', namesNobody)
      : check('names the subject of its answer', namesSubjects),
    ...(operation.disclosure === 'checks-only'
      ? [check('is disclosed as a check only, and says what a check can read', tellsChecks)]
      : []),
    check('does not mix calls that run side by side', keepsApart),
    check('keeps letters that are written with combining marks', keepsMarks),
  ]
}

interface Given {
  readonly operation: OperationManifest
  readonly examples: readonly OperationExample[]
  readonly found: readonly OperationExample[]
}

function hasExamples(bench: Bench, { operation, examples, found }: Given): void {
  assert.ok(found.length > 0, 'there is no example found')
  // One question, and no other, has one answer.
  if (operation.subject !== 'none') assert.ok(examples.length > found.length, 'there is no example not found')
  for (const { file, input, evidence } of examples) {
    assert.deepEqual(judge(bench.folderOf(operation), 'input.schema.json', input), [], file)
    if (evidence !== undefined)
      assert.deepEqual(judge(bench.folderOf(operation), 'evidence.schema.json', evidence), [], file)
  }
}

async function answers(bench: Bench, operation: OperationManifest, example: OperationExample): Promise<void> {
  const finding = await bench.ask(operation, example.input, { fields: leafPaths(example.evidence) })
  assert.equal(finding.status, example.status)
  assert.deepEqual(evidenceOf(finding), example.evidence)
  assert.ok(isSourceReference(finding.sourceReference), 'its source reference is none')
  assert.ok(isAsOf(finding.asOf), 'it does not say as of when')
}

async function keepsToFields(bench: Bench, { operation, found }: Given): Promise<void> {
  for (const { input, evidence } of found)
    for (const field of [...leafPaths(evidence), undefined]) {
      const paths = field === undefined ? [] : [field]
      const kept = evidenceOf(await bench.ask(operation, input, { fields: paths }))
      assert.deepEqual(kept, keepFields(evidence, askedPaths(paths, operation)))
      assert.deepEqual(judge(bench.folderOf(operation), 'evidence.schema.json', kept), [])
    }
}

async function namesSubjects(bench: Bench, { operation, found }: Given): Promise<void> {
  for (const { input } of found)
    assert.ok(
      namesSubject(operation, input, await bench.ask(operation, input, { fields: [] })),
      'nothing in the answer says whom it is about',
    )
}

/** Nothing leaves of it but what checks say: an answer of the subject alone would say nothing at all. */
function tellsChecks(_: Bench, { operation, found }: Given): void {
  const own = askedPaths([], operation)
  const read = found.flatMap(({ evidence }) => leafPaths(evidence)).filter((path) => !own.includes(path))
  assert.ok(read.length > 0, 'its evidence says whom it is about and nothing else')
}

async function namesNobody(bench: Bench, { operation, found }: Given): Promise<void> {
  for (const { input, evidence } of found) {
    const finding = await bench.ask(operation, input, { fields: leafPaths(evidence) })
    assert.equal(holdsPerson(evidenceOf(finding)), false, 'the number of a person stands in an answer about nobody')
  }
}

/** Is it about whom was asked about? Of nobody it always is. */
export function namesSubject({ subject }: OperationManifest, input: OperationInput, finding: Finding): boolean {
  if (subject === 'none') return true
  const asked = input[subject.input]
  if (subject.echo === true) return finding.echo === asked
  return finding.status === 'found' && valuesAt(finding.evidence, subject.answer ?? '').includes(asked)
}

const ROUNDS = 5

async function keepsApart(bench: Bench, { operation, examples }: Given): Promise<void> {
  const many = Array.from({ length: ROUNDS }, () => examples).flat()
  // They wait for each other on one processor.
  const ms = ROUNDS * PATIENCE_MS
  const findings = await Promise.all(
    many.map(({ input, evidence }) => bench.ask(operation, input, { fields: leafPaths(evidence), ms })),
  )
  assert.deepEqual(
    findings.map(evidenceOf),
    many.map(({ evidence }) => evidence),
    'an answer went to another question',
  )
}

async function keepsMarks(bench: Bench, { operation, found }: Given): Promise<void> {
  bench.rig.setFault({ kind: 'decomposed' })
  for (const { input, evidence } of found) {
    const finding = await bench.ask(operation, input, { fields: leafPaths(evidence) })
    assert.deepEqual(composed(evidenceOf(finding)), composed(evidence))
  }
}

const composed = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null).normalize('NFC'))
