import type { IdentifierType } from './application.ts'
import type { OperationRef, ServiceRef } from './ids.ts'
import type { Json } from './json.ts'
import type { LocalisedText } from './localised.ts'
import type { RegistryLimits } from './registry-limits.ts'

/** One field of a question or an answer, as its schema describes it. */
export interface DescribedField {
  /** Dotted; lists are transparent. */
  readonly path: string
  /** As the owner wrote it, in Bulgarian. */
  readonly title?: string
  /** The same in English: `x-title-en` beside `title`. */
  readonly titleEn?: string
  /** A format (`date`, `egn`) where there is one, else a type of JSON Schema. */
  readonly type: string
  readonly list: boolean
  /** It must be there; in answers every member may be withheld. */
  readonly required: boolean
  /** The only words that it takes. */
  readonly values?: readonly string[]
}

/** The field that says about whom or what is asked, and as which numbers; no kinds: about a thing. */
export interface DescribedSubject {
  readonly field: string
  readonly kinds: readonly IdentifierType[]
  /** Of another's data in an answer: the whole call fails, or that data is dropped. */
  readonly others: 'refuse' | 'drop'
}

/** One operation, as far as its files say. */
export interface DescribedOperation {
  readonly operation: OperationRef
  readonly title: LocalisedText
  /** No published interface exists; it is invented for the demonstration. */
  readonly synthetic: boolean
  /** Nothing of its answers leaves but what checks say. */
  readonly checksOnly?: boolean
  /** Only then is it asked again after a failure. */
  readonly idempotent: boolean
  readonly timeoutMs: number
  readonly maxConcurrent: number
  readonly input: readonly DescribedField[]
  readonly answer: readonly DescribedField[]
  /** About whom or what is asked; absent: about nobody and nothing. */
  readonly subject?: DescribedSubject
  /** Invented. */
  readonly example?: { readonly input: Json; readonly answer: Json }
}

/** A service that asks a registry. */
export interface AskingService {
  readonly service: ServiceRef
  readonly title: LocalisedText
  readonly legalBases: readonly { readonly code: string; readonly text: LocalisedText }[]
  readonly operations: readonly OperationRef[]
  /** What a clerk is told without any field leaving. */
  readonly checks: readonly LocalisedText[]
}

/** All that the catalogue knows of a registry, for whoever asks it or owns it. */
export interface RegistryPage {
  readonly id: string
  readonly name: LocalisedText
  readonly provider: { readonly id: string; readonly name: LocalisedText }
  readonly transport: string
  readonly limits: RegistryLimits
  /** The operator's exception: answers that it signed with SHA-1 are believed too. */
  readonly answersBySha1?: true
  readonly operations: readonly (DescribedOperation & {
    /** Names by which old clients ask it in RegiX. */
    readonly regix: readonly string[]
  })[]
  readonly services: readonly AskingService[]
}
