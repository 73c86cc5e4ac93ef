import type { CallContext, Finding, OperationInput, SubjectRule } from '../../../src/adapter-kit/adapter.ts'
import type { DispatchedOperation, DispatchPorts, DispatchRows } from '../../../src/dispatch/ports.ts'
import type { ExchangePlan, OpenedExchange, PlannedCall } from '../../../src/model/exchange.ts'
import { type ExchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { Json } from '../../../src/model/json.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'

/** One operation of one registry, enough for every rule of dispatch. */
export const OPERATION = operationRef('civil-registry/valid-person@1')

export const aCall = (name: string, changes: Partial<PlannedCall> = {}): PlannedCall => ({
  name,
  operation: OPERATION,
  need: 'required',
  input: { id: `"${name}"` },
  needs: [],
  timeoutMs: 60_000,
  idempotent: true,
  fields: ['value'],
  disclosed: ['value'],
  ...changes,
})

export const aPlan = (calls: readonly PlannedCall[], changes: Partial<ExchangePlan> = {}): ExchangePlan => {
  const now = Date.now()
  return {
    stage: 'planned',
    exchangeId: '0198c7b2-0000-7000-8000-000000000001' as ExchangeId,
    consumer: partyId('troyan'),
    service: serviceRef('taxi-permit', 1),
    format: 'xml',
    proof: 'signature',
    requestDigest: 'ZGlnZXN0',
    case: 'ТР-1',
    official: { identifier: 'o-1', names: 'Служител Измислен', position: 'експерт' },
    legalBasis: { code: 'zavp-24a', text: { bg: 'ЗАвП, чл. 24а', en: 'Road Transport Act, art. 24a' } },
    grant: 'g',
    governanceDigest: 'd',
    signer: { party: partyId('troyan'), certificate: 'c', key: 'k' },
    receivedAt: new Date(now).toISOString(),
    deadline: new Date(now + 60_000).toISOString(),
    application: {},
    applicant: { identifierType: 'eik', identifier: '999999995', names: 'Измислица Такси ЕООД' },
    date: '2026-03-01',
    calls,
    checks: [],
    ...changes,
  }
}

/**
 * A time that stands while the test composes its plan, so that of a short one nothing is gone when it begins; the deadline
 * comes by a timer all the same.
 */
export const standing = (): { readonly clock: () => Date; readonly in: (ms: number) => string } => {
  const now = Date.now()
  return { clock: () => new Date(now), in: (ms) => new Date(now + ms).toISOString() }
}

export const opened = (plan: ExchangePlan, known: readonly CallOutcome[] = []): OpenedExchange => ({
  stage: 'opened',
  plan,
  known,
})

export const found = (evidence: Json, changes: object = {}): Finding => ({
  status: 'found',
  evidence,
  asOf: '2026-03-01',
  sourceReference: 'ref',
  signedByRegistry: false,
  ...changes,
})

export const notFound = (): Finding => ({
  status: 'not-found',
  asOf: '2026-03-01',
  sourceReference: 'ref',
  signedByRegistry: false,
})

/** Keeps what was written, in its order. */
export class RecordingRows implements DispatchRows {
  readonly events: string[] = []
  readonly outcomes: CallOutcome[] = []
  readonly #attempts: Map<string, number>

  /** Calls that find a limit used up. */
  readonly overQuota: ReadonlySet<string>

  /** @param attempts call → number of attempts before a crash */
  constructor(attempts: Readonly<Record<string, number>> = {}, overQuota: readonly string[] = []) {
    this.#attempts = new Map(Object.entries(attempts))
    this.overQuota = new Set(overQuota)
  }

  readonly begin: DispatchRows['begin'] = (_plan, calls) => {
    this.events.push(`begin ${calls.map(({ name }) => name).join(' ')}`)
    for (const { name } of calls) this.#attempts.set(name, (this.#attempts.get(name) ?? 0) + 1)
    return Promise.resolve(
      new Map(
        calls.map(({ name }) => [name, this.overQuota.has(name) ? 'over-quota' : (this.#attempts.get(name) ?? 1)]),
      ),
    )
  }
  readonly uncount: DispatchRows['uncount'] = (_plan, { name }) => {
    this.events.push(`uncount ${name}`)
    return Promise.resolve()
  }
  readonly addItems: DispatchRows['addItems'] = (_plan, items) => {
    this.events.push(`items ${items.join(' ')}`)
    return Promise.resolve()
  }
  readonly endAttempt: DispatchRows['endAttempt'] = (_plan, call, { number, fault }) => {
    this.events.push(`attempt ${call} ${number} ${fault ?? 'ok'}`)
    return Promise.resolve()
  }
  readonly end: DispatchRows['end'] = (_plan, outcome, attempt) => {
    this.events.push(`end ${outcome.call} ${outcome.outcome} ${attempt?.number ?? '-'} ${attempt?.fault ?? '-'}`)
    this.outcomes.push(outcome)
    return Promise.resolve()
  }
}

export const ANY_SUBJECT: SubjectRule = { input: 'id', answer: 'id', mismatch: 'refuse' }

export const anOperation = (
  changes: Partial<DispatchedOperation> & { subject?: SubjectRule } = {},
): DispatchedOperation => ({
  manifest: { maxConcurrent: 50, subject: changes.subject ?? ANY_SUBJECT },
  acceptsInput: () => true,
  acceptsEvidence: (evidence) => typeof evidence === 'object' && evidence !== null,
  ...changes,
})

export type Answer = (input: OperationInput, context: CallContext) => Promise<Finding> | Finding

export interface Stage {
  readonly ports: DispatchPorts
  readonly rows: RecordingRows
  readonly asked: { readonly input: OperationInput; readonly context: CallContext }[]
  readonly told: CallOutcome[]
  readonly warnings: unknown[]
}

/** Ports around one registry that answers as told. */
export function aStage(answer: Answer, changes: Partial<DispatchPorts> = {}, rows = new RecordingRows()): Stage {
  const stage: Omit<Stage, 'ports'> = { rows, asked: [], told: [], warnings: [] }
  const ports: DispatchPorts = {
    operations: new Map([[OPERATION, anOperation()]]),
    ask: async (_operation, input, context) => {
      stage.asked.push({ input, context })
      rows.events.push(`ask ${context.call}`)
      return answer(input, context)
    },
    rows,
    clock: () => new Date(),
    consumerOf: () => ({ name: 'Община Троян', oid: undefined }),
    serviceTitle: () => 'Разрешение',
    observer: { outcome: (_id, outcome) => stage.told.push(outcome) },
    log: { info: () => undefined, warn: (message, facts) => stage.warnings.push([message, facts]) },
    ...changes,
  }
  return { ...stage, ports }
}

/** Answers that the value is the identifier that was asked about. */
export const echoing: Answer = ({ id }) => found({ id: id ?? '', value: `value of ${id ?? ''}` })
