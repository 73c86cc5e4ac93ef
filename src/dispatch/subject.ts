import type { Finding, NoSubject, OperationInput, SubjectRule } from '../adapter-kit/adapter.ts'
import { holdsPerson } from '../adapter-kit/holds-person.ts'

/** Whose data the answer is. `others`: somebody else's alone, or of nobody we can name. */
export type SubjectVerdict =
  | { readonly whose: 'asked'; readonly finding: Finding; readonly othersDropped: boolean }
  | { readonly whose: 'others' }

/**
 * Applies the manifest's subject rule before anything of the answer is stored, logged or sent on (design §5).
 *
 * `refuse`: every identifier in the answer (or the one the registry echoes) is the one that was asked about. `drop`: the
 * innermost items about others are removed, and what is left empty with them; when all are gone, nothing was found.
 * `none`: nobody was asked about, so that whoever stands in the answer is another.
 */
export function applySubjectRule(
  rule: SubjectRule | NoSubject,
  input: OperationInput,
  finding: Finding,
): SubjectVerdict {
  if (rule === 'none') return ofNobody(finding)
  const subject = input[rule.input]
  if (subject === undefined || !echoAgrees(rule, subject, finding)) return { whose: 'others' }
  if (finding.status === 'not-found' || rule.answer === undefined)
    return { whose: 'asked', finding, othersDropped: false }
  const path = rule.answer.split('.')
  if (rule.mismatch === 'drop') return dropOthers(finding, path, subject)
  const named = identifiersAt(finding.evidence, path)
  return named.length > 0 && named.every((value) => value === subject)
    ? { whose: 'asked', finding, othersDropped: false }
    : { whose: 'others' }
}

const ofNobody = (finding: Finding): SubjectVerdict =>
  finding.status === 'found' && holdsPerson(finding.evidence)
    ? { whose: 'others' }
    : { whose: 'asked', finding, othersDropped: false }

/** Where nothing was found and the registry names nobody, there is nobody's data to give out. */
function echoAgrees(rule: SubjectRule, subject: string, finding: Finding): boolean {
  if (rule.echo !== true) return true
  return finding.echo === undefined ? finding.status === 'not-found' : finding.echo === subject
}

function dropOthers(
  finding: Extract<Finding, { status: 'found' }>,
  path: readonly string[],
  subject: string,
): SubjectVerdict {
  const before = identifiersAt(finding.evidence, path)
  const own = keepOwn(finding.evidence, path, subject)
  if (own === undefined) {
    const { asOf, sourceReference, signedByRegistry } = finding
    return {
      whose: 'asked',
      finding: { status: 'not-found', asOf, sourceReference, signedByRegistry },
      othersDropped: before.length > 0,
    }
  }
  const othersDropped = JSON.stringify(own) !== JSON.stringify(finding.evidence)
  return { whose: 'asked', finding: { ...finding, evidence: own }, othersDropped }
}

/** The value without the branches whose identifier is another's; `undefined` where nothing is left. */
function keepOwn(value: unknown, path: readonly string[], subject: string): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value === subject ? value : undefined
  if (Array.isArray(value)) {
    const kept = value.map((item: unknown) => keepOwn(item, path, subject)).filter((item) => item !== undefined)
    return kept.length === 0 ? undefined : kept
  }
  if (!isRecord(value)) return undefined
  const inner = keepOwn(value[name], rest, subject)
  return inner === undefined ? undefined : { ...value, [name]: inner }
}

function identifiersAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => identifiersAt(item, path))
  const [name, ...rest] = path
  if (name === undefined) return [value]
  return isRecord(value) ? identifiersAt(value[name], rest) : [undefined]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
