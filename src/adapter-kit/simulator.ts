import type { OperationInput } from './adapter.ts'
import type { XmlElement } from './soap/xml-element.ts'

/** The invented persons and things of `config/demo/cast.yaml`, with relative dates already turned into dates. */
export interface Cast {
  /** Each an invented person with a valid number. */
  readonly persons: readonly CastPerson[]
  /** Owned and represented by persons of the cast. */
  readonly firms: readonly CastFirm[]
  /** Owned by persons or firms of the cast. */
  readonly vehicles: readonly CastVehicle[]
  /** Owned by persons or firms of the cast. */
  readonly vessels: readonly CastVessel[]
  /** For whom a registry misbehaves. */
  readonly faults: readonly CastFault[]
}

export interface CastPerson {
  readonly egn: string
  readonly names: { readonly first: string; readonly surname: string; readonly family: string }
  readonly birthDate: string
  readonly deathDate?: string
  readonly address?: Readonly<Record<string, string>>
  readonly seafarerCertificates?: readonly Readonly<Record<string, string>>[]
  readonly taxiDriver?: {
    readonly number: string
    readonly validUntil: string
    readonly psychologicalFitness: { readonly fit: boolean; readonly validUntil: string }
  }
}

export interface CastFirm {
  readonly uic: string
  readonly name: string
  readonly legalForm: string
  readonly status: 'active' | 'liquidation' | 'insolvency' | 'closed'
  readonly seat: { readonly settlement: string; readonly street: string; readonly number: string }
  /** ЕГН of persons of the cast. */
  readonly representatives: readonly string[]
  readonly licence?: {
    readonly number: string
    readonly kind: 'taxi' | 'water-passenger'
    readonly status: 'active' | 'withdrawn'
    readonly validUntil: string
  }
}

export interface CastVehicle {
  readonly plate: string
  readonly vin: string
  readonly category: string
  readonly make?: string
  /** A person or a firm of the cast. */
  readonly owner: { readonly egn?: string; readonly uic?: string }
  readonly inspection?: {
    readonly protocolNumber: string
    readonly conclusion: 'pass' | 'fail'
    readonly inspectedOn: string
    readonly nextInspection: string
    readonly stickerNumber: string
  }
  readonly insurance?: {
    readonly policyNumber: string
    readonly insurer: string
    readonly validFrom: string
    readonly validUntil: string
  }
}

export interface CastVessel {
  readonly name: string
  readonly registrationNumber: string
  readonly port: string
  readonly type: string
  readonly status: 'active' | 'inactive' | 'erased'
  readonly lengthM?: number
  readonly grossTonnage?: number
  /** Persons or firms of the cast. */
  readonly owners: readonly { readonly egn?: string; readonly uic?: string }[]
}

export type FaultKind =
  | 'slow'
  | 'error-500'
  /** 429, with `ms` as Retry-After in whole seconds. */
  | 'busy'
  | 'garbage'
  | 'truncated'
  | 'reset'
  | 'hang'
  /** Begins its answer and falls silent in its middle; the connection stays. */
  | 'stalled'
  /** Sends its answer one byte at a time, so slowly that it never ends in time. */
  | 'dripping'
  /** Answers legibly, but not what was agreed. */
  | 'malformed'
  /** Writes letters as a letter and a combining mark, as some systems do. */
  | 'decomposed'
  | 'other-subject'

export interface RegistryFault {
  readonly kind: FaultKind
  /** For `slow`: how long the answer waits; for `busy`: how long the broker shall. */
  readonly ms?: number
}

/** A registry that misbehaves for one identifier (any input field of any of its operations). */
export interface CastFault extends RegistryFault {
  readonly registry: string
  readonly identifier: string
}

/** What the registry has on record, with the members of the evidence; `undefined` where it has none. */
export type StandInHandler = (input: OperationInput, cast: Cast) => object | undefined

/** How a REST operation stands on the wire: one POST of JSON, one JSON object back. */
export interface StandInRoute {
  /** Of the address, from `/` on. */
  readonly path: string
  /** What the adapter sent → the operation's input. */
  readonly input: (body: Readonly<Record<string, unknown>>) => OperationInput
  /** The record in the registry's own words; `input`: whom it is about. */
  readonly answer: (record: object | undefined, input: OperationInput) => object
}

/** How a SOAP operation stands on the wire: one element in the body of a SOAP 1.1 envelope each way. */
export interface StandInSoap {
  /** Of the address, from `/` on. */
  readonly path: string
  /** What the adapter sent → the operation's input. */
  readonly input: (body: XmlElement) => OperationInput
  /** The record in the registry's own words; `input`: whom it is about. */
  readonly answer: (record: object | undefined, input: OperationInput) => XmlElement
  /** Questions that no X.509 of WS-Security signs are refused. */
  readonly signed?: boolean
}

/**
 * A registry's stand-in: keys are `id@version`. Operations with a map need neither route nor code: the map says how the
 * answer is written, and without a handler of their own they answer what the operation's `examples/` say.
 */
export interface StandIn {
  /** What the registry has on record. */
  readonly operations: Readonly<Record<string, StandInHandler>>
  /** How REST operations without a map stand on the wire. */
  readonly rest?: Readonly<Record<string, StandInRoute>>
  /** How SOAP operations stand on the wire. */
  readonly soap?: Readonly<Record<string, StandInSoap>>
}

/** The default export of an adapter's `simulator/index.ts`. */
export const defineSimulator = (standIn: StandIn): StandIn => standIn
