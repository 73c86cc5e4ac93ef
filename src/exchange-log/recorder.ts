import type {
  ClosedExchange,
  ExchangePlan,
  OpenedExchange,
  RepeatedRequest,
  SignedAnswer,
  VerifiedRequest,
} from '../model/exchange.ts'
import type { DecisionRecord } from '../model/decision.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { classOf } from '../model/retention.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { appendRefusal, type NewDecision } from '../store/decisions.ts'
import { closeExchange, findExchange, insertExchange } from '../store/exchanges.ts'
import { giveHint } from '../store/hints.ts'
import type { NewLogEntry } from '../store/log-entries.ts'
import type { MarkedPerson } from '../store/person-marks.ts'
import type { SearchMarks } from '../store/search-marks.ts'
import type { Store } from '../store/store.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import type { Answers } from './answers.ts'
import { commit, freshSalt } from './commitment.ts'
import { answeredEntry, openedEntry, refusedEntry } from './entries.ts'
import { entryBytes, type LogEntry } from './entry.ts'
import { base64url, type ExchangeHandle, type ExchangeKeys, PAYLOAD, writeSalts } from './exchange-keys.ts'
import type { Integrator } from './integrator.ts'
import { leafHash } from './merkle.ts'
import { personsOf } from './persons-of.ts'
import type { Receipts } from './receipts.ts'
import type { RefusalSalt } from './refusal-salt.ts'

export interface RecorderParts {
  readonly store: Store
  readonly clock: () => Date
  /** Of the standard class. */
  readonly retentionHours: number
  readonly keys: ExchangeKeys
  readonly integrator: Integrator
  readonly answers: Answers
  readonly receipts: Receipts
  readonly refusalSalt: RefusalSalt
  /** Absent: nobody can be looked for. */
  readonly marks?: SearchMarks | undefined
}

const HOUR_MS = 3_600_000

const logged = (bytes: Uint8Array, event: LogEntry['event']): NewLogEntry => ({
  bytes,
  leafHash: leafHash(bytes),
  event,
})

const newDecision = (decision: DecisionRecord): NewDecision => ({
  at: new Date(decision.at),
  record: canonicalJson(decision),
})

/** Under the log's signed head a record can be neither changed nor left out later. */
const digestOf = (decision: NewDecision | undefined): { readonly decision?: string } =>
  decision === undefined ? {} : { decision: sha256Hex(decision.record) }

/** Writes what happens to exchanges: each change of state and its log entry are one statement. */
export class Recorder {
  readonly #parts: RecorderParts

  constructor(parts: RecorderParts) {
    this.#parts = parts
  }

  /** SHA-256 of the bytes under which this id was opened, if it was. */
  async findExchange(consumer: PartyId, id: ExchangeId): Promise<Uint8Array | undefined> {
    return (await findExchange(this.#parts.store.db, consumer, id))?.request_digest
  }

  /** Rows, encrypted payloads and the opening entry, durable before it resolves. Of two at once, one wins. */
  async open(
    plan: ExchangePlan,
    bytes: Uint8Array,
    decision?: DecisionRecord,
  ): Promise<OpenedExchange | RepeatedRequest> {
    const { store, integrator, keys, clock } = this.#parts
    if (integrator.damage !== undefined)
      throw new BrokerError('broker.log-unavailable', 'the exchange log is halted', { cause: integrator.damage })
    if (!store.isOwned())
      throw new BrokerError('broker.log-unavailable', 'the database cannot tell that this process is alive')
    const salts = { request: freshSalt(), answer: freshSalt() }
    const requestCommit = base64url(commit(salts.request, bytes))
    await store.cipher.prepare(clock(), classOf(plan))
    const key = store.cipher.newKey({ consumer: plan.consumer, exchangeId: plan.exchangeId }, classOf(plan))
    const why = decision && newDecision(decision)
    const entry = entryBytes({ ...openedEntry(plan, requestCommit, clock()), ...digestOf(why) })
    const { marks } = this.#parts
    const official = marks?.official(plan.consumer, plan.official.identifier)
    const persons = personsOf(plan, marks)
    const opening = newExchange(plan, bytes, { key, salts, owner: store.owner, official, persons })
    const exchange = await insertExchange(
      store.db,
      { ...opening, ...(why === undefined ? {} : { decision: why }) },
      logged(entry, 'opened'),
    )
    if (exchange === undefined) return this.#repeated(plan)
    integrator.wakeSoon()
    keys.hold(plan, { exchange, key, salts, requestCommit })
    return { stage: 'opened', plan, known: [] }
  }

  async #repeated({ consumer, exchangeId, requestDigest }: ExchangePlan): Promise<RepeatedRequest> {
    const earlier = await this.findExchange(consumer, exchangeId)
    if (earlier === undefined)
      throw new BrokerError('request.replayed', 'the value of this signature was seen in another exchange')
    if (Buffer.from(earlier).toString('base64') !== requestDigest)
      throw new BrokerError('request.replayed', 'this ExchangeId was used for other bytes')
    return { stage: 'repeated', consumer, exchangeId }
  }

  /** The answer and its closing entry, durable before it resolves. Who comes second gets the answer of the first. */
  async close(opened: OpenedExchange, answer: SignedAnswer, outcomes: readonly CallOutcome[]): Promise<ClosedExchange> {
    const { plan } = opened
    const { keys, receipts, answers, integrator } = this.#parts
    const handle = await keys.of(plan)
    const { salts, requestCommit } = handle
    const answerCommit = base64url(commit(salts.answer, answer.bytes))
    const at = this.#parts.clock()
    const { cancelledBy } = opened
    const said = { at, requestCommit, answerCommit, ...(cancelledBy === undefined ? {} : { cancelledBy }) }
    const bytes = entryBytes(answeredEntry(plan, answer, outcomes, said))
    const id = await this.#writeClosing(plan, handle, answer, { at, bytes, late: lateOf(plan, outcomes) })
    if (id === undefined) return this.#closedBefore(plan)
    const shown = { request: base64url(salts.request), answer: base64url(salts.answer) }
    receipts.hold(plan.consumer, plan.exchangeId, { id, bytes, salts: shown })
    integrator.wake()
    const closed: ClosedExchange = { ...answer, stage: 'closed', exchangeId: plan.exchangeId, consumer: plan.consumer }
    answers.closed(closed)
    if (plan.outerEnd !== undefined) await this.#tellOthers(handle.exchange)
    return closed
  }

  /** Whoever waits for a deferred exchange in another process need not look at the rows for it. */
  #tellOthers(exchange: number): Promise<void> {
    return giveHint(this.#parts.store.db, { kind: 'exchange', exchange }).catch(() => undefined)
  }

  /** Row number of the closing entry; undefined where the exchange was closed before. */
  async #writeClosing(
    plan: ExchangePlan,
    { exchange, key }: ExchangeHandle,
    { status, mediaType, bytes: plain }: SignedAnswer,
    { at, bytes, late }: { readonly at: Date; readonly bytes: Uint8Array; readonly late: readonly string[] },
  ): Promise<number | undefined> {
    const hours = plan.retention?.answerHours ?? this.#parts.retentionHours
    const expiresAt = new Date(at.getTime() + hours * HOUR_MS)
    const answer = { kind: PAYLOAD.answer, retentionClass: classOf(plan), plain }
    const closing = { status, mediaType, closedAt: at, expiresAt, late }
    return closeExchange(this.#parts.store.db, exchange, closing, { key, answer, entry: logged(bytes, 'answered') })
  }

  async #closedBefore({ consumer, exchangeId }: ExchangePlan): Promise<ClosedExchange> {
    const closed = await this.#parts.answers.exchangeOf(consumer, exchangeId)
    if (closed?.stage !== 'closed') throw new BrokerError('broker.internal', 'an exchange left the store')
    return closed
  }

  /** Durable entry of a refusal, with its decision; belongs to no exchange, since none was opened. */
  async refused(
    request: VerifiedRequest,
    refusal: BrokerError,
    { bytes, decision }: { readonly bytes: Uint8Array; readonly decision?: DecisionRecord | undefined },
  ): Promise<void> {
    const { store, integrator, clock, refusalSalt } = this.#parts
    const why = decision && newDecision(decision)
    const entry = { ...refusedEntry(request, refusal, clock()), ...digestOf(why) }
    const requestCommit = base64url(commit(refusalSalt(entry), bytes))
    const refused = logged(entryBytes({ ...entry, requestCommit }), 'refused')
    await appendRefusal(store.db, refused, why)
    integrator.wakeSoon()
  }
}

/** Where work goes on after the deadline, what these calls still bring is signed apart. */
const lateOf = ({ outerEnd }: ExchangePlan, outcomes: readonly CallOutcome[]): readonly string[] =>
  outerEnd === undefined ? [] : outcomes.filter(({ outcome }) => outcome === 'late').map(({ call }) => call)

interface NewOfProcess {
  readonly owner: number
  readonly official: string | undefined
  readonly persons: readonly MarkedPerson[]
}

function newExchange(
  plan: ExchangePlan,
  bytes: Uint8Array,
  { key, salts, owner, official, persons }: Pick<ExchangeHandle, 'key' | 'salts'> & NewOfProcess,
): Parameters<typeof insertExchange>[1] {
  const payload = (kind: string, plain: Uint8Array) => ({ kind, retentionClass: classOf(plan), plain })
  return {
    consumer: plan.consumer,
    exchangeId: plan.exchangeId,
    service: plan.service,
    caseReference: plan.case,
    legalBasis: plan.legalBasis.code,
    ...(official === undefined ? {} : { official }),
    persons,
    ...(plan.hiddenUntil === undefined ? {} : { hiddenUntil: new Date(plan.hiddenUntil) }),
    requestDigest: Buffer.from(plan.requestDigest, 'base64'),
    ...(plan.signatureDigest === undefined ? {} : { signatureDigest: Buffer.from(plan.signatureDigest, 'base64') }),
    receivedAt: new Date(plan.receivedAt),
    deadline: new Date(plan.deadline),
    ...(plan.outerEnd === undefined ? {} : { outerEnd: new Date(plan.outerEnd) }),
    retentionClass: classOf(plan),
    owner,
    key,
    payloads: [
      payload(PAYLOAD.request, bytes),
      payload(PAYLOAD.plan, Buffer.from(JSON.stringify(plan))),
      payload(PAYLOAD.salts, writeSalts(salts)),
    ],
    calls: plan.calls.map(({ name, operation, need }) => ({ name, operation, need })),
    ...(plan.signer.revocationProofs === undefined ? {} : { revocationProofs: plan.signer.revocationProofs }),
  }
}
