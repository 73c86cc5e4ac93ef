import type { CorrectionAct, CorrectionFilter, CorrectionReport, CorrectionView } from '../model/correction.ts'
import type { DataUsageQuestion, InWords, UsagePage } from '../model/data-tracker.ts'
import type {
  ExchangeFilter,
  ExchangeName,
  ExchangePage,
  ListedExchange,
  Reader,
  SliceName,
} from '../model/exchange-list.ts'
import type { ExchangeRecord, RegistryExchangeRecord } from '../model/exchange-record.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import type { JudgedEvidence } from '../model/judged-evidence.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { LogSince } from '../model/log-since.ts'
import type { PersonPage, PersonQuestion } from '../model/person.ts'

/**
 * Exchanges of a slice: a party's own, those that asked a registry of it, or all. Refuses with `access.not-owner` or
 * `access.not-auditor`. What is not the reader's own is told when the reading stands in the exchange log.
 */
export interface ExchangeBook {
  readonly list: (
    reader: Reader,
    slice: SliceName,
    filter: ExchangeFilter,
    page: { readonly limit: number; readonly after?: string },
  ) => Promise<ExchangePage>
  /** Every one, newest first. Resolves once the reading is recorded. */
  readonly walk: (reader: Reader, slice: SliceName, filter: ExchangeFilter) => Promise<AsyncIterable<ListedExchange>>
  /** For auditors. Without a consumer, where only one has used this id. */
  readonly record: (reader: Reader, id: ExchangeId, consumer?: PartyId) => Promise<ExchangeRecord>
  /** The same, and which exchanges stand beside it in the list of a filter. */
  readonly recordIn: (reader: Reader, name: ExchangeName, filter: ExchangeFilter) => Promise<PlacedRecord>
  /** For the owner of the registry: its own calls of one exchange. */
  readonly recordOf: (
    reader: Reader,
    registry: string,
    name: { readonly id: ExchangeId; readonly consumer?: PartyId },
  ) => Promise<RegistryExchangeRecord>
  /** What the exchanges of an official are found by. */
  readonly officialOf: (
    reader: Reader,
    official: { readonly consumer: string; readonly identifier: string },
  ) => Promise<string>
}

/** An exchange and those beside it; a neighbour is absent at the end of the list, and where it is not in the list itself. */
export interface PlacedRecord {
  readonly record: ExchangeRecord
  readonly newer?: ExchangeName
  readonly older?: ExchangeName
}

/** Somebody or something that a filter can name. */
export interface NamedThing {
  readonly id: string
  readonly name: LocalisedText
}

/** What the page for auditors shows besides lists and records. Refuses with `access.not-auditor`. */
export interface AuditDesk {
  /** What a filter may be about, by name. */
  readonly names: (
    reader: Reader,
  ) => Readonly<Record<'consumers' | 'services' | 'registries' | 'legalBases', readonly NamedThing[]>>
  /** The evidence of an exchange, made, read by this reader, and judged. */
  readonly judge: (reader: Reader, name: ExchangeName, waitMs: number) => Promise<JudgedEvidence>
  /** Does the log continue the head (a signed note) that the reader kept? */
  readonly since: (reader: Reader, kept: string | undefined) => Promise<LogSince>
}

/** Exchanges by whom they were about. */
export interface PersonDesk {
  /** For auditors. Recorded before anything is told; nobody named in the record. */
  readonly search: (reader: Reader, question: PersonQuestion) => Promise<PersonPage>
}

/** „Who asked about me", for parties of the role portal. Refuses with `access.not-portal`. */
export interface DataTracker {
  /** Recorded before anything is told; without what is hidden still. */
  readonly findUsage: (reader: Reader, question: DataUsageQuestion, inWords: InWords) => Promise<UsagePage>
  /** ISO instants. */
  readonly usagePeriod: (reader: Reader) => Promise<{ readonly periodStart: string; readonly periodEnd: string }>
  readonly heartbeat: (reader: Reader) => Promise<{ readonly status: 'OK' | 'FAIL'; readonly message?: string }>
  /** From now on the portal is told of exchanges about this person; by the id that this gives, and none other. */
  readonly subscribe: (reader: Reader, userCode: string) => Promise<{ readonly subscription: string }>
  readonly unsubscribe: (reader: Reader, subscription: string) => Promise<void>
}

/** Errors in the data of registries. What is said of them is never about a person. */
export interface CorrectionDesk {
  /** By a consumer, about a call of its own that brought an answer. */
  readonly report: (reader: Reader, id: ExchangeId, report: CorrectionReport) => Promise<CorrectionView>
  /** By the owner of the registry. */
  readonly act: (reader: Reader, id: string, act: CorrectionAct) => Promise<CorrectionView>
  /** Newest first. */
  readonly list: (reader: Reader, filter: CorrectionFilter) => Promise<readonly CorrectionView[]>
  readonly find: (reader: Reader, id: string) => Promise<CorrectionView>
}
