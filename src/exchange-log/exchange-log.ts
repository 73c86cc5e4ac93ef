import type { RepeatedRequest } from '../model/exchange.ts'
import type { ClosedExchange, ExchangePlan, RunningExchange } from '../model/exchange.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { EntryFrame } from '../store/log-entries.ts'
import type { SearchMarks } from '../store/search-marks.ts'
import type { Store } from '../store/store.ts'
import { type AcknowledgementToRecord, recordAcknowledgement } from './acknowledgements.ts'
import type { OnAlarm } from './alarm.ts'
import { Answers } from './answers.ts'
import { askedFrame } from './entries.ts'
import { ExchangeKeys, type ExchangePlace } from './exchange-keys.ts'
import { Integrator } from './integrator.ts'
import { type KeptEvidence, keptEvidence } from './kept-evidence.ts'
import { LaterRecords } from './later.ts'
import type { LogFault } from './log-fault.ts'
import { noteSigner } from './note.ts'
import { Promises } from './promises.ts'
import type { Receipt } from './receipt.ts'
import { type Reading, recordReading } from './readings.ts'
import { Receipts } from './receipts.ts'
import { Recorder } from './recorder.ts'
import { type LeftExchange, recover, type Recovering } from './recover.ts'
import { refusalSalts } from './refusal-salt.ts'
import { expireContent } from './retention.ts'
import type { StoredHead } from './stored-tree.ts'

export interface ExchangeLogOptions {
  readonly store: Store
  /** Name of the log and of its key: an address without scheme, `edno.example.bg/exchange-log`. */
  readonly origin: string
  /** Ed25519, PKCS#8 PEM. */
  readonly signingKeyPem: string
  /** How long answers and evidence of the standard class are kept after closing. */
  readonly retentionHours: number
  /** Within how many seconds an entry is in the tree that was promised to be. */
  readonly promiseSeconds: number
  readonly clock: () => Date
  readonly onAlarm: OnAlarm
  /** Absent: nobody can be looked for. */
  readonly marks?: SearchMarks
}

/** What happened, provably. Its ports of the line come first of the line. */
export interface ExchangeLog extends Pick<Recorder, 'findExchange' | 'open' | 'close' | 'refused'> {
  /** Of exchanges whose deadline has passed. */
  readonly later: LaterRecords
  /** @throws BrokerError `exchange.expired`, or `broker.signing` where no answer came in time. */
  readonly answerOf: (repeated: RepeatedRequest) => Promise<ClosedExchange | RunningExchange>
  /** For GET; waits for an exchange that runs, not for one that is deferred. Undefined for a missing one and for another's. */
  readonly exchangeOf: (consumer: PartyId, id: ExchangeId) => Promise<ClosedExchange | RunningExchange | undefined>
  readonly receiptOf: (consumer: PartyId, id: ExchangeId) => Promise<Receipt | 'pending' | undefined>
  /** Undefined where there is no closing entry, or it was not integrated within `ms`. */
  readonly waitForReceipt: (consumer: PartyId, id: ExchangeId, ms: number) => Promise<Receipt | undefined>
  /** All that is kept of an exchange, with proofs of its entries. */
  readonly evidenceOf: (exchange: number) => Promise<KeptEvidence | undefined>
  /** Refuses with `exchange.*` what is not of the answer that left, and every acknowledgement but the first. */
  readonly acknowledge: (wish: AcknowledgementToRecord) => Promise<void>
  /** The log's signed word for a closing entry that has no place yet; undefined where there is none. */
  readonly promiseFor: (consumer: PartyId, id: ExchangeId) => Promise<string | undefined>
  /** `ok`, or how many promises were not kept. */
  readonly promises: () => string
  /** What the entry says that is written with the rows of questions, before they are put. */
  readonly asked: (plan: ExchangePlan, at: Date) => EntryFrame
  /** An entry was appended from outside of the log. */
  readonly integrateSoon: () => void
  /** What was left open, for `complete`: of dead processes; of this one what is `left`, or due before `overdue`. */
  readonly recover: (overdue: Date, which?: Recovering) => Promise<LeftExchange[]>
  /** Row number and payload key of an opened exchange, for the rows of its calls. */
  readonly handleOf: (plan: ExchangePlan) => Promise<ExchangePlace>
  /** Durable before it resolves: who was told what about the exchanges of others. */
  readonly read: (reading: Reading) => Promise<void>
  /** Deletes the content of exchanges whose time is over, with an entry that counts it; gives how many payloads. */
  readonly expireDue: (now: Date) => Promise<number>
  /** `ok`, or why no exchange is opened. */
  readonly state: () => string
  /** The log's public key, for verifiers. */
  readonly vkey: string
  /** Somebody outside, or another process, proved that this log is not the one that was shown: nothing is opened any more. */
  readonly halt: (fault: LogFault) => void
  /** Receipts that are made from now on bear this head where it holds their entry. */
  readonly showCosigned: (head: StoredHead) => void
  /** Checks the stored log against its last signed head, then integrates. Damage is an alarm, and nothing is opened. */
  readonly start: () => Promise<void>
  /** Integrates what is pending and ends. */
  readonly stop: () => Promise<void>
}

export function createExchangeLog(options: ExchangeLogOptions): ExchangeLog {
  const { store, clock, onAlarm, origin, signingKeyPem, retentionHours, promiseSeconds, marks } = options
  const signer = noteSigner(origin, signingKeyPem)
  const answers = new Answers(store, clock)
  const receipts = new Receipts(store, () => integrator)
  const integrator = new Integrator({
    ...{ store, signer, clock, onAlarm },
    onIntegrated: (places, elsewhere) => receipts.integrated(places, elsewhere),
  })
  const promises = new Promises({ db: store.db, signer, clock, withinSeconds: promiseSeconds, receipts, onAlarm })
  const keys = new ExchangeKeys(store.db, store.cipher)
  const refusalSalt = refusalSalts(signingKeyPem)
  const recorder = new Recorder({
    ...{ store, clock, retentionHours, keys, integrator, answers, receipts, refusalSalt, marks },
  })
  const wake = (): void => integrator.wakeSoon()
  const later = new LaterRecords({ store, clock, keys, wake })
  return {
    later,
    findExchange: (consumer, id) => recorder.findExchange(consumer, id),
    open: (plan, bytes, decision) => recorder.open(plan, bytes, decision),
    close: (opened, answer, outcomes) => recorder.close(opened, answer, outcomes),
    refused: (request, refusal, what) => recorder.refused(request, refusal, what),
    answerOf: async ({ consumer, exchangeId }) => {
      const closed = await answers.exchangeOf(consumer, exchangeId)
      if (closed === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
      return closed
    },
    exchangeOf: (consumer, id) => answers.exchangeOf(consumer, id),
    receiptOf: (consumer, id) => receipts.receiptOf(consumer, id),
    waitForReceipt: (consumer, id, ms) => receipts.waitForReceipt(consumer, id, ms),
    promiseFor: (consumer, id) => promises.promiseFor(consumer, id),
    promises: () => promises.state,
    asked: (plan, at) => {
      wake()
      return askedFrame(plan, at)
    },
    integrateSoon: wake,
    recover: (overdue, which) => recover(store, keys, { overdue, onAlarm }, which),
    handleOf: (plan) => keys.placeOf(plan),
    read: (reading) => recordReading(store.db, reading, clock()).then(wake),
    ...keeping({ store, integrator, clock, wake }),
    state: () => integrator.damage?.message ?? 'ok',
    vkey: signer.vkey,
    halt: (fault) => integrator.reportDamage(fault),
    showCosigned: (head) => integrator.showCosigned(head),
    start: () => integrator.start().then(() => promises.start()),
    stop: () => promises.stop().then(() => integrator.stop()),
  }
}

interface KeepingParts extends Pick<ExchangeLogOptions, 'store' | 'clock'> {
  readonly integrator: Integrator
  /** There is something to integrate. */
  readonly wake: () => void
}

/** What is kept of exchanges that are closed. */
const keeping = ({
  store,
  integrator,
  clock,
  wake,
}: KeepingParts): Pick<ExchangeLog, 'evidenceOf' | 'acknowledge' | 'expireDue'> => ({
  evidenceOf: (exchange) => keptEvidence(store, integrator, exchange, clock()),
  acknowledge: async (wish) => {
    await recordAcknowledgement(store, wish)
    wake()
  },
  expireDue: async (now) => {
    const count = await expireContent(store.transaction, now)
    if (count > 0) wake()
    return count
  },
})
