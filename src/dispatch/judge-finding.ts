import type { Finding } from '../adapter-kit/adapter.ts'
import { isAsOf, isSourceReference } from '../adapter-kit/provenance-text.ts'
import { keepFields } from '../adapter-kit/keep-fields.ts'
import type { Json } from '../model/json.ts'
import type { KeptAnswer, OutcomeKind } from '../model/outcome.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { keptAnswer } from './kept-answer.ts'
import type { DispatchedOperation } from './ports.ts'
import type { ReadyCall } from './schedule.ts'
import { applySubjectRule, type SubjectVerdict } from './subject.ts'

/** What an attempt came to, before it has a place and a time. */
export interface Judgement {
  readonly outcome: OutcomeKind
  readonly problem?: ProblemCode
  readonly evidence?: Json
  /** The finding that stands; absent where none does. */
  readonly finding?: Finding
  readonly othersDropped: boolean
  /** Where the answer is not as agreed, where that is why it failed; nothing of the answer. */
  readonly drift?: string
  /** The registry's answer as it came, as far as it may be kept. */
  readonly received?: KeptAnswer
}

/**
 * Shape, then subject, then minimisation. What is refused here is thrown away with everything in it; no row, log or
 * later stage ever sees it; a salted commitment tells the registry's owner which answer that was.
 */
export function judgeFinding(operation: DispatchedOperation, call: ReadyCall, finding: Finding): Judgement {
  if (!isFinding(finding)) return failed('provider.adapter-defect')
  const judged = judgeContent(operation, call, finding)
  const wholly = judged.finding !== undefined && !judged.othersDropped && operation.manifest.keepAnswer === undefined
  const received = keptAnswer(finding, wholly)
  return received === undefined ? judged : { ...judged, received }
}

function judgeContent(operation: DispatchedOperation, call: ReadyCall, finding: Finding): Judgement {
  // Both go into the answer, its seal and the exchange log, where free text of a registry has no business.
  if (!isAsOf(finding.asOf)) return drifted('asOf')
  if (!isSourceReference(finding.sourceReference)) return drifted('sourceReference')
  const judged = judgeSubject(operation, call, finding)
  if (judged === undefined) return drifted(misfitOf(operation, finding))
  if (judged.whose === 'others') return failed('provider.other-subject')
  const { finding: own, othersDropped } = judged
  if (own.status === 'not-found') return { outcome: 'not-found', finding: own, othersDropped }
  const evidence = keepFields(own.evidence, call.planned.fields) as Json
  return { outcome: 'found', finding: own, evidence, othersDropped }
}

/** What an answer that does not fit its contract comes to; the owner of the registry is shown the place. */
export const drifted = (drift: string | undefined): Judgement => ({
  ...failed('provider.bad-answer'),
  ...(drift === undefined ? {} : { drift }),
})

const misfitOf = (operation: DispatchedOperation, finding: Finding): string | undefined =>
  finding.status === 'found' ? operation.misfitOf?.(finding.evidence) : undefined

export const failed = (problem: ProblemCode): Judgement => ({ outcome: 'failed', problem, othersDropped: false })

/**
 * `undefined` where the evidence does not fit its schema. A registry that mixes in others' records may mix in malformed
 * ones: where others are dropped, what is left of the answer is what must fit.
 */
function judgeSubject(operation: DispatchedOperation, call: ReadyCall, finding: Finding): SubjectVerdict | undefined {
  const rule = operation.manifest.subject
  const fits = (own: Finding): boolean => own.status === 'not-found' || operation.acceptsEvidence(own.evidence)
  if (fits(finding)) return applySubjectRule(rule, call.input, finding)
  if (rule === 'none' || rule.mismatch !== 'drop') return undefined
  const verdict = applySubjectRule(rule, call.input, finding)
  return verdict.whose === 'asked' && verdict.finding.status === 'found' && fits(verdict.finding) ? verdict : undefined
}

/** An adapter is another's code: what it returns is looked at before it is believed. */
function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null) return false
  const { status, asOf, sourceReference, signedByRegistry } = value as Record<string, unknown>
  return (
    (status === 'found' || status === 'not-found') &&
    typeof asOf === 'string' &&
    typeof sourceReference === 'string' &&
    typeof signedByRegistry === 'boolean'
  )
}
