import { sql } from 'kysely'
import type { GrantedAgreement } from '../model/agreement.ts'
import type { DecisionRecord } from '../model/decision.ts'
import type {
  ExchangeRecord,
  RecordedCall,
  RecordedDecision,
  RecordedEntry,
  RecordedIncident,
} from '../model/exchange-record.ts'
import { exchangeId, operationRef, partyId, registryOf, type ServiceRef } from '../model/ids.ts'
import type { AnswerStatus } from '../model/exchange.ts'
import { sha256Hex } from '../schema/canonical-json.ts'
import { attemptsOf } from './attempts.ts'
import type { ExchangeRow } from './exchanges.ts'
import { logEntriesByExchange, type LogEntryRow } from './log-entries.ts'
import type { Executor } from './tables/tables.ts'

/** Every exchange of this id, of any consumer or of one; each is read whole. */
export async function recordsOf(db: Executor, id: string, consumer?: string): Promise<ExchangeRecord[]> {
  let query = db.selectFrom('exchange').selectAll().where('exchange_id', '=', id).orderBy('id').limit(MOST_OF_ONE_ID)
  if (consumer !== undefined) query = query.where('consumer', '=', consumer)
  const rows = await query.execute()
  return Promise.all(rows.map((row) => recordOf(db, row)))
}

/** Ids are the consumers' own; more than one with the same is told, not listed. */
const MOST_OF_ONE_ID = 2

async function recordOf(db: Executor, row: ExchangeRow): Promise<ExchangeRecord> {
  const [calls, incidents, decision, entries] = await Promise.all([
    callsOf(db, row.id),
    incidentsOf(db, row.id),
    decisionOf(db, row.id),
    logEntriesByExchange(db, row.id),
  ])
  return {
    ...headOf(row),
    ...contentOf(row, entries),
    ...openingOf(entries),
    calls,
    incidents,
    ...decision,
    entries: entries.map(readEntryRow),
  }
}

const headOf = (row: ExchangeRow): Omit<ExchangeRecord, 'calls' | 'incidents' | 'entries'> => ({
  exchangeId: exchangeId(row.exchange_id),
  consumer: partyId(row.consumer),
  service: row.service as ServiceRef,
  ...(row.legal_basis === '' ? {} : { legalBasis: row.legal_basis }),
  case: row.case_reference,
  ...(row.official === null ? {} : { official: row.official }),
  state: row.state === 'closed' ? 'closed' : row.deferred_at === null ? 'running' : 'deferred',
  ...(row.status === null ? {} : { status: row.status as AnswerStatus }),
  receivedAt: row.received_at.toISOString(),
  deadline: row.deadline.toISOString(),
  ...moment('closedAt', row.closed_at),
  ...moment('deferredAt', row.deferred_at),
  ...moment('cancelledAt', row.cancelled_at),
  ...(row.cancelled_by === null ? {} : { cancelledBy: partyId(row.cancelled_by) }),
  ...moment('hiddenUntil', row.hidden_until),
})

/** Until when its content is kept, or how it went. */
function contentOf(row: ExchangeRow, entries: readonly LogEntryRow[]): Pick<ExchangeRecord, 'keptUntil' | 'content'> {
  if (row.data_key !== null && row.emptied_at === null) return moment('keptUntil', row.expires_at)
  return { content: entries.some(({ event }) => event === 'erased') ? 'erased' : 'deleted' }
}

const moment = <Name extends string>(name: Name, at: Date | null): Partial<Record<Name, string>> =>
  at === null ? {} : ({ [name]: at.toISOString() } as Record<Name, string>)

async function callsOf(db: Executor, exchange: number): Promise<RecordedCall[]> {
  const [calls, attempts, supplements] = await Promise.all([
    db
      .selectFrom('call')
      .selectAll()
      .where('exchange', '=', exchange)
      .orderBy(sql`started_at nulls last`)
      .orderBy('name')
      .execute(),
    attemptsOf(db, exchange),
    db.selectFrom('supplement').select(['call', 'issued_at']).where('exchange', '=', exchange).execute(),
  ])
  const supplemented = new Map(supplements.map(({ call, issued_at }) => [call, issued_at]))
  return calls.map((call) => ({
    call: call.name,
    operation: operationRef(call.operation),
    registry: registryOf(operationRef(call.operation)),
    need: call.need,
    state: call.state,
    ...(call.outcome === null ? {} : { outcome: call.outcome }),
    ...(call.problem === null ? {} : { problem: call.problem }),
    ...moment('startedAt', call.started_at),
    ...moment('endedAt', call.ended_at),
    ...(call.elapsed_ms === null ? {} : { elapsedMs: call.elapsed_ms }),
    ...moment('supplementedAt', supplemented.get(call.name) ?? null),
    attempts: attempts
      .filter((attempt) => attempt.call === call.name)
      .map(({ number, started_at, ended_at, fault }) => ({
        number,
        startedAt: started_at.toISOString(),
        ...moment('endedAt', ended_at),
        ...(fault === null ? {} : { fault }),
      })),
  }))
}

async function incidentsOf(db: Executor, exchange: number): Promise<RecordedIncident[]> {
  const rows = await db.selectFrom('incident').selectAll().where('exchange', '=', exchange).orderBy('id').execute()
  return rows.map(({ call, cause, state, opened_at, changed_at }) => ({
    ...{ call, cause, state, openedAt: opened_at.toISOString() },
    ...moment('changedAt', changed_at),
  }))
}

async function decisionOf(db: Executor, exchange: number): Promise<{ readonly decision?: RecordedDecision }> {
  const row = await db
    .selectFrom('decision')
    .select('record')
    .where('exchange', '=', exchange)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return {}
  const { governance, result } = JSON.parse(row.record) as DecisionRecord
  const allowed = result.granted
    ? { grant: result.grant, agreements: result.agreements ?? NONE, disclosure: result.disclosure }
    : { agreements: NONE, disclosure: {} }
  return { decision: { digest: sha256Hex(row.record), governance, ...allowed } }
}

const NONE: readonly GrantedAgreement[] = []

interface Opening {
  readonly event?: string
  readonly time?: string
  readonly signerCertificate?: string
  readonly onBehalfOf?: string
}

const readBytes = ({ bytes }: LogEntryRow): Opening => JSON.parse(bytes.toString('utf8')) as Opening

/** Who signed stands in the opening entry. */
function openingOf(entries: readonly LogEntryRow[]): Pick<ExchangeRecord, 'signerCertificate' | 'onBehalfOf'> {
  const opened = entries.find(({ event }) => event === 'opened')
  const { signerCertificate, onBehalfOf } = opened === undefined ? {} : readBytes(opened)
  return {
    ...(signerCertificate === undefined ? {} : { signerCertificate }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf: partyId(onBehalfOf) }),
  }
}

const readEntryRow = (row: LogEntryRow): RecordedEntry => ({
  event: row.event,
  time: readBytes(row).time ?? '',
  ...(row.index === null ? {} : { index: row.index }),
  leafHash: row.leaf_hash.toString('hex'),
})
