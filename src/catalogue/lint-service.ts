import { evaluate } from '../expression/evaluate.ts'
import { operationRef, registryOf } from '../model/ids.ts'
import { isLeftOut } from '../model/left-out.ts'
import type { ServiceCall, ServiceCheck } from '../model/service.ts'
import type { OperationEntry } from './entries.ts'
import type { Lint } from './lint.ts'
import { lintExpression, type LintedExpression, type Read } from './lint-expression.ts'
import type { CallFile } from './service-file.ts'

/** A check with what it reads of each call. */
export interface LintedCheck {
  readonly check: ServiceCheck
  readonly reads: readonly Read[]
}

export function lintChecks(lint: Lint): readonly LintedCheck[] {
  return Object.entries(lint.file.checks).map(([id, { title, expr }]) => {
    const reads = lintExpression(lint, { path: ['checks', id, 'expr'], source: expr, truth: true }).reads
    return { check: { id, title, expr, calls: callsOf(reads) }, reads }
  })
}

/** The calls of a service, in the file's order, with what all expressions of the service read of each. */
export function lintedCalls(lint: Lint, checks: readonly LintedCheck[]): readonly ServiceCall[] {
  const calls = Object.entries(lint.file.calls).map(([name, call]) => ({
    name,
    call,
    reads: lintCall(lint, name, call),
  }))
  const reads = [...calls.flatMap((call) => call.reads), ...checks.flatMap((check) => check.reads)]
  return calls.map(({ name, call, reads: own }) => {
    const manifest = lint.operations.get(operationRef(call.operation))?.manifest
    return {
      name,
      operation: operationRef(call.operation),
      need: call.need ?? 'required',
      input: call.input,
      ...(call.when === undefined ? {} : { when: call.when }),
      ...(call.forEach === undefined ? {} : { forEach: call.forEach }),
      needs: callsOf(own),
      ...fromManifest(manifest),
      referenced: fieldsRead(name, reads),
    }
  })
}

/** An operation that does not exist is told of where it is named. */
const fromManifest = (
  manifest: OperationEntry['manifest'] | undefined,
): Pick<ServiceCall, 'timeoutMs' | 'idempotent' | 'checksOnly'> => ({
  timeoutMs: manifest?.timeoutMs ?? 0,
  idempotent: manifest?.idempotent ?? false,
  ...(manifest?.disclosure === undefined ? {} : { checksOnly: true }),
})

const callsOf = (reads: readonly Read[]): readonly string[] => [...new Set(reads.map(({ call }) => call))].sort()

const fieldsRead = (name: string, reads: readonly Read[]): readonly string[] =>
  [...new Set(reads.flatMap(({ call, field }) => (call === name && field !== undefined ? [field] : [])))].sort()

function lintCall(lint: Lint, name: string, call: CallFile): readonly Read[] {
  lintOperation(lint, name, call)
  const at = ['calls', name]
  const when =
    call.when === undefined ? [] : lintExpression(lint, { path: [...at, 'when'], source: call.when, truth: true }).reads
  lintReach(lint, name, call)
  const each =
    call.forEach === undefined
      ? undefined
      : lintExpression(lint, { path: [...at, 'forEach'], source: call.forEach, list: true })
  const item = each === undefined ? undefined : (each.place ?? 'unclear')
  const inputs = Object.entries(call.input).map(([field, source]) =>
    lintExpression(lint, { path: [...at, 'input', field], source, item }),
  )
  const itemReads = inputs.flatMap((input) => input.itemReads)
  return [...when, ...listReads(each, itemReads.length > 0), ...itemReads, ...inputs.flatMap(({ reads }) => reads)]
}

/** What is read of the items is read of the list they come from; the list as a whole is not wanted then. */
function listReads(each: LintedExpression | undefined, byField: boolean): readonly Read[] {
  const whole = each?.place?.path.slice(1).join('.')
  return (each?.reads ?? []).filter(({ field }) => !byField || field !== whole)
}

function lintOperation({ operations, leftOut, report }: Lint, name: string, call: CallFile): void {
  const ref = operationRef(call.operation)
  const operation = operations.get(ref)
  if (operation === undefined) {
    const registry = registryOf(ref)
    if (isLeftOut(leftOut, registry)) return
    const served = [...operations.keys()].some((known) => registryOf(known) === registry)
    const why = served
      ? ''
      : `: no adapter of ${registry} is open; is its folder in adapters.fromFolders (EDNO_CONFIG)?`
    report(['calls', name, 'operation'], `unknown operation ${ref}${why}`)
    return
  }
  for (const field of Object.keys(call.input))
    if (!operation.inputFields.includes(field))
      report(['calls', name, 'input', field], `${ref} has no input field "${field}"`)
  for (const field of operation.requiredInput)
    if (!Object.hasOwn(call.input, field)) report(['calls', name, 'input'], `${ref} needs the input field "${field}"`)
}

/** A condition that reads nothing and is false switches the call off for ever. */
function lintReach({ report }: Lint, name: string, { when }: CallFile): void {
  if (when === undefined) return
  const always = evaluate(when, {})
  if (!always.unknown && always.value === false)
    report(['calls', name, 'when'], 'unreachable: the condition is never true')
}
