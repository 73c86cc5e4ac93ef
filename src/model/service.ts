import type { OperationRef, ServiceRef } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { LocalisedText } from './localised.ts'
import type { Retention } from './retention.ts'

export type Need = 'required' | 'optional'
/** Must the applicant's own signed document come with the application? Under `none` it is not looked at. */
export type ApplicantSignature = 'required' | 'optional' | 'none'

/**
 * Who else than the Applicant may have signed ApplicantDocument, where the Applicant is a firm: one who represents it by
 * the answer of a register.
 */
export interface Mandate {
  /** The call that asks the register. */
  readonly call: string
  /** Its input that names the firm. */
  readonly firm: string
  /** Dotted path in its evidence to the ЕГН of those who represent the firm; lists are transparent. */
  readonly representatives: string
}

/** Names of calls. */
export type AnyOf = readonly string[]

/** How long those whom an exchange is about are not told of it, where the law wants that of an investigation. */
export interface Hiding {
  /** Counted from the arrival of the application. */
  readonly days: number
  /** Every exchange, for so many days; otherwise only one whose application asks for it, for as many at most. */
  readonly always: boolean
}

/** One call of a service as its YAML states it; expressions are CEL source texts. */
export interface ServiceCall {
  readonly name: string
  readonly operation: OperationRef
  readonly need: Need
  /** Input field of the operation → CEL source. */
  readonly input: Readonly<Record<string, string>>
  readonly when?: string
  readonly forEach?: string
  /** Names of the calls whose answers this call's expressions read; read off the references, never written by hand. */
  readonly needs: readonly string[]
  /** From the operation's manifest. */
  readonly timeoutMs: number
  readonly idempotent: boolean
  /** From the manifest: whatever is granted, no field of it leaves. */
  readonly checksOnly?: boolean
  /** Dotted evidence paths that expressions of this service read from this call (`owner.uic`); arrays are transparent. */
  readonly referenced: readonly string[]
}

export interface ServiceCheck {
  readonly id: string
  readonly title: LocalisedText
  /** CEL source. */
  readonly expr: string
  /** Names of the calls it reads. */
  readonly calls: readonly string[]
}

export interface Service {
  readonly ref: ServiceRef
  readonly id: string
  readonly version: number
  readonly title: LocalisedText
  /** Number in the Administrative Register, null where none is known. */
  readonly iisda: number | null
  readonly demonstration: boolean
  /** It is one question to one registry, and stands in no file. */
  readonly single?: boolean
  readonly legalBases: readonly string[]
  readonly deadlineMs: number
  /** How long work may go on after the deadline for a later answer; absent: not at all. */
  readonly deferMs?: number
  readonly applicantSignature: ApplicantSignature
  readonly mandate?: Mandate
  /** Absent: everybody may be told at once. */
  readonly hiding?: Hiding
  /** Absent: as the standard class. */
  readonly retention?: Retention
  /** In an order in which every call stands after those it needs. */
  readonly calls: readonly ServiceCall[]
  /** Groups of calls of which one found answer is enough; asked in their order, the next only where nothing was found. */
  readonly anyOf?: readonly AnyOf[]
  readonly checks: readonly ServiceCheck[]
}

/** A service of the catalogue together with the reader of its body. */
export interface KnownService {
  readonly definition: Service
  /** Coerces and judges the body by the service's JSON Schema; throws `service.input` naming fields, never values. */
  readonly readBody: (body: JsonObject) => JsonObject
}
