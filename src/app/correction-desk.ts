import { randomUUID } from 'node:crypto'
import { correctionEntry, freshSalt } from '../exchange-log/correction-entries.ts'
import type { CorrectionDesk } from '../http/record-desks.ts'
import type { CorrectionAct, CorrectionReport, CorrectionView } from '../model/correction.ts'
import type { DecisionRecord } from '../model/decision.ts'
import type { Reader } from '../model/exchange-list.ts'
import { type ExchangeId, operationRef, partyId, registryOf } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import { actsFor } from '../policy/acts-for.ts'
import { holdsIdentifier } from '../policy/agreement/holds-identifier.ts'
import type { Governance } from '../policy/governance.ts'
import { requireActive, requireOwner } from '../policy/may-audit.ts'
import { readableBy } from '../policy/may-read.ts'
import { BrokerError } from '../problem/broker-error.ts'
import {
  answeredCall,
  type CorrectionSlice,
  correctionsIn,
  insertCorrection,
  stepCorrection,
} from '../store/corrections.ts'
import { decisionOf } from '../store/decisions.ts'
import { locateExchange } from '../store/progress.ts'
import type { Capabilities } from './ports.ts'

type Parts = Pick<Capabilities, 'store' | 'rules' | 'log' | 'clock'>

const MOST_LISTED = 1000

/** Errors in the data of registries: their consumers report them, their owners answer and close them. */
export function correctionDesk(parts: Parts): CorrectionDesk {
  const { store, rules } = parts
  return {
    report: (reader, id, said) => reportOf(parts, reader, id, said),
    act: (reader, id, act) => actOn(parts, reader, id, act),
    list: async (reader, filter) => {
      await note(parts, reader, 'corrections', { ...filter })
      return correctionsIn(store.db, sliceOf(rules.governance, reader), filter, MOST_LISTED)
    },
    find: async (reader, id) => {
      await note(parts, reader, 'correction', { id })
      return find(parts, reader, id)
    },
  }
}

/** Consumer and owner read what they said to each other; whoever reads that of others is in the exchange log before. */
async function note({ log, rules }: Parts, reader: Reader, what: string, question: JsonObject): Promise<void> {
  const { role } = requireActive(rules.governance, reader.party)
  if (role === 'auditor') await log.read({ ...sayer(reader), role, what, question })
}

async function find({ store, rules }: Parts, reader: Reader, id: string): Promise<CorrectionView> {
  const [found] = await correctionsIn(store.db, sliceOf(rules.governance, reader), { id }, 1)
  if (found === undefined) throw new BrokerError('correction.unknown', 'no correction that you may see has this id')
  return found
}

async function reportOf(parts: Parts, reader: Reader, id: ExchangeId, said: CorrectionReport): Promise<CorrectionView> {
  const { store, rules, clock } = parts
  const { text, ...report } = said
  requireImpersonal(text)
  const row = await locateExchange(store.db, readableBy(rules.governance, reader.party), id)
  if (row === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
  const call = await answeredCall(store.db, row, report.call)
  if (call === undefined) throw new BrokerError('correction.no-answer', 'this call brought no answer')
  if (!call.kept) throw new BrokerError('exchange.expired', 'nothing is kept of this exchange any more')
  await requireDisclosed(store.db, row, report)
  const operation = operationRef(call.operation)
  const consumer = partyId(call.consumer)
  const correction = randomUUID()
  const step = { by: reader.party, at: clock(), text, salt: freshSalt() }
  const about = { correction, exchangeId: id, consumer, call: report.call, operation }
  const entry = correctionEntry({ ...about, ...sayer(reader), change: 'reported' }, step)
  const fresh = { ...report, id: correction, exchange: row, consumer, registry: registryOf(operation), operation }
  if (!(await insertCorrection(store.db, fresh, step, entry)))
    throw new BrokerError('correction.reported', 'the same is reported and not closed yet')
  return find(parts, reader, correction)
}

/** Who was not shown a field cannot know that it is wrong; its name alone would tell the owner otherwise. `owner` stands for `owner.uic` too. */
async function requireDisclosed(
  db: Parts['store']['db'],
  exchange: number,
  { call, fields }: Pick<CorrectionReport, 'call' | 'fields'>,
): Promise<void> {
  const record = await decisionOf(db, exchange)
  const result = record === undefined ? undefined : (JSON.parse(record) as DecisionRecord).result
  const disclosed = (result?.granted === true ? result.disclosure[call.split('.')[0] ?? ''] : undefined) ?? []
  const isShown = (field: string): boolean =>
    disclosed.some((path) => path === field || field.startsWith(`${path}.`) || path.startsWith(`${field}.`))
  const hidden = fields.find((field) => !isShown(field))
  if (hidden !== undefined)
    throw new BrokerError('correction.field', `fields: ${hidden} was not disclosed to the consumer`)
}

async function actOn(
  parts: Parts,
  reader: Reader,
  id: string,
  { act, result, text }: CorrectionAct,
): Promise<CorrectionView> {
  const { store, rules, clock } = parts
  requireImpersonal(text)
  if ((act === 'close') !== (result !== undefined))
    throw new BrokerError('request.body', 'result goes with close, and with nothing else')
  const { exchangeId, consumer, call, operation, registry } = await find(parts, reader, id)
  requireOwner(rules.governance, reader.party, registry)
  const step = { by: reader.party, at: clock(), text, salt: freshSalt() }
  const ended = result === undefined ? {} : { result }
  const state = act === 'close' ? 'closed' : 'answered'
  const about = { correction: id, exchangeId, consumer, call, operation }
  const entry = correctionEntry({ ...about, ...sayer(reader), ...ended, change: state }, step)
  if (!(await stepCorrection(store.db, id, { state, ...ended }, { step, entry })))
    throw new BrokerError('correction.closed', 'nothing more is done about it')
  return find(parts, reader, id)
}

const sayer = ({ party, certificate }: Reader) => ({ by: party, certificate })

/** Its consumer's and delegates', the owner's of its registry, and of auditors. */
function sliceOf(governance: Governance, { party }: Reader): CorrectionSlice {
  if (requireActive(governance, party).role === 'auditor') return {}
  const owned = [...governance.owners]
    .filter(([, owner]) => actsFor(governance, party, owner))
    .map(([registry]) => registry)
  return { consumers: readableBy(governance, party), registries: owned }
}

/** What is said here is kept and shown to others. */
function requireImpersonal(text: string): void {
  if (holdsIdentifier(text))
    throw new BrokerError(
      'request.body',
      'text: it holds what looks like a number of a person; the exchange tells whom it is about',
    )
}
