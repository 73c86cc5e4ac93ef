import { ExpressionError } from '../expression/compile.ts'
import { type Place, type References, references } from '../expression/references.ts'
import { operationRef } from '../model/ids.ts'
import type { Lint } from './lint.ts'
import type { FilePath } from './service-file.ts'

/** What an expression reads of a call; without a field where the call itself is only counted or walked. */
export interface Read {
  readonly call: string
  readonly field: string | undefined
}

export interface LintedExpression {
  readonly reads: readonly Read[]
  /** What is read of `item`, as it stands in the list it comes from; empty for a list of the application. */
  readonly itemReads: readonly Read[]
  /** Where the value comes from, when it is a plain place in the data, and a list where one is wanted. */
  readonly place: Place | undefined
}

/** One expression of a service file, and what is expected of it. */
export interface Subject {
  readonly path: FilePath
  readonly source: string
  /** It must be true or false. */
  readonly truth?: boolean
  /** It must be a list of the application or of a call's answer. */
  readonly list?: boolean
  /** What `item` stands for; absent where there is none, `unclear` where its list is wrong (which is told already). */
  readonly item?: Place | 'unclear' | undefined
}

const NOTHING: LintedExpression = { reads: [], itemReads: [], place: undefined }
const APPLICANT: ReadonlySet<string> = new Set(['identifierType', 'identifier', 'names'])

/** Reads the references of an expression and reports those that lead nowhere. */
export function lintExpression(lint: Lint, subject: Subject): LintedExpression {
  const found = read(lint, subject)
  if (found === undefined) return NOTHING
  lintType(lint, subject, found)
  for (const [call, fields] of found.calls) lintReads(lint, subject, call, fields)
  lintRoots(lint, subject, found)
  return {
    reads: [...found.calls].flatMap(([call, fields]) => readsOf(call, fields)),
    itemReads: itemReads(lint, subject, found),
    place:
      subject.list === true && found.source !== undefined && !isList(lint, found.source) ? undefined : found.source,
  }
}

const readsOf = (call: string, fields: readonly string[]): readonly Read[] =>
  fields.length === 0 ? [{ call, field: undefined }] : fields.map((field) => ({ call, field }))

function read({ report }: Lint, { path, source }: Subject): References | undefined {
  try {
    return references(source)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    report(path, `wrong expression: ${error.message}`)
    return undefined
  }
}

function lintType({ report }: Lint, { path, truth }: Subject, { type }: References): void {
  if (truth === true && type !== 'bool' && type !== 'dyn') report(path, `must be true or false, and is ${type}`)
}

function lintReads(lint: Lint, { path }: Subject, call: string, fields: readonly string[]): void {
  const target = lint.file.calls[call]
  if (target === undefined) {
    lint.report(path, `unknown call "${call}"`)
    return
  }
  const operation = lint.operations.get(operationRef(target.operation))
  // What is asked next, and of whom, is seen in the answer, and by other registries.
  if (operation?.manifest.disclosure === 'checks-only' && path[0] !== 'checks')
    lint.report(path, `${operation.ref} is disclosed as a check only: nothing but checks may read it`)
  for (const field of fields)
    if (operation !== undefined && !operation.fields.includes(field))
      lint.report(path, `${operation.ref} has no field "${field}" in its evidence`)
}

function lintRoots(lint: Lint, { path, list, item }: Subject, found: References): void {
  for (const field of found.application)
    if (lint.body !== undefined && !lint.body.all.has(field)) lint.report(path, `the body has no field "${field}"`)
  for (const field of found.applicant)
    if (!APPLICANT.has(field)) lint.report(path, `the applicant has no field "${field}"`)
  if (found.roots.has('item') && item === undefined)
    lint.report(path, '"item" exists in the input of a forEach call only')
  if (list === true) lintList(lint, path, found.source)
}

function lintList(lint: Lint, path: FilePath, place: Place | undefined): void {
  if (place === undefined) lint.report(path, 'must be a list of the application or of a call')
  else if (!isList(lint, place)) lint.report(path, `${[place.root, ...place.path].join('.')} is not a list`)
}

function isList({ file, operations, body }: Lint, { root, path }: Place): boolean {
  if (root === 'application') return body?.lists.has(path.join('.')) ?? true
  const [name = '', ...field] = path
  const call = root === 'calls' ? file.calls[name] : undefined
  if (call === undefined) return root === 'calls'
  if (field.length === 0) return call.forEach !== undefined
  return operations.get(operationRef(call.operation))?.lists.includes(field.join('.')) ?? true
}

function itemReads(lint: Lint, subject: Subject, { item: fields }: References): readonly Read[] {
  if (subject.item === undefined || subject.item === 'unclear') return []
  const { root, path } = subject.item
  if (root === 'application') {
    for (const field of fields) {
      const full = [...path, field].filter((part) => part !== '').join('.')
      if (lint.body !== undefined && !lint.body.all.has(full))
        lint.report(subject.path, `the body has no field "${full}"`)
    }
    return []
  }
  const [call = '', ...list] = path
  const full = fields.map((field) => [...list, field].filter((part) => part !== '').join('.'))
  lintReads(lint, subject, call, full)
  return full.map((field) => ({ call, field }))
}
