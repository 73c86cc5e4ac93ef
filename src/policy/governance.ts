import type { Agreement, BoundParty, GrantedAgreement } from '../model/agreement.ts'
import type { OperationRef, PartyId, ServiceRef } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { Service } from '../model/service.ts'

export type PartyRole = 'consumer' | 'provider' | 'auditor' | 'operator' | 'portal'

export interface Party {
  readonly id: PartyId
  readonly role: PartyRole
  readonly name: LocalisedText
  readonly eik?: string
  readonly oid?: string
  readonly state: 'active' | 'suspended'
  /** Files below the data directory. */
  readonly certificates: {
    readonly tls: readonly string[]
    readonly seal: readonly string[]
    /** SHA-256 of SubjectPublicKeyInfo: any trusted certificate of such a key is this party's. */
    readonly tlsKeys?: readonly string[]
    readonly sealKeys?: readonly string[]
  }
  /** Parties that may sign and send for this one. */
  readonly delegates: readonly PartyId[]
  /** Of a provider: questions a calendar day in Sofia to an operation of its registries, of all consumers together. */
  readonly totals: Readonly<Record<OperationRef, { readonly perDay: number }>>
  readonly contacts: { readonly website?: string; readonly email?: string }
  /** Of a consumer: it may ask through the RegiX door; absent: that is closed to it. */
  readonly regix?: RegixAccess
  /** Of a consumer: where it is told of answers that come later; of a portal: of exchanges about its citizens. */
  readonly callbacks?: { readonly url: string }
}

/** How old clients of a consumer are taken (docs/regix-door.md). */
export interface RegixAccess {
  /** `require`: no question whose LawReason and ServiceURI say nothing. `warn`: they are told, and `assumedLegalBasis` is taken. */
  readonly legalBasis: 'require' | 'warn'
  readonly assumedLegalBasis?: string
  /** Elements of an argument may stand in another namespace than the published schema's. */
  readonly lenientNamespaces?: boolean
  /** Its client was made from the older WSDL of V1, which knows no ServiceCallID. */
  readonly withoutCallId?: boolean
}

/** The owner of a registry agreed. */
export interface Approval {
  readonly by: PartyId
  /** ISO date. */
  readonly on: string
  readonly reference: string
}

export interface Grant {
  readonly id: string
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly legalBases: readonly string[]
  /** For every operation of the service; an empty list lets only checks out. */
  readonly disclose: Readonly<Record<OperationRef, readonly string[]>>
  /** Calls of the service of which only checks leave, whatever their operation discloses elsewhere. */
  readonly withhold: readonly string[]
  /** First and last day, ISO dates of the calendar in Sofia. */
  readonly validFrom: string
  readonly validUntil: string
  /** By registry. */
  readonly approvals: Readonly<Record<string, Approval>>
  /** What it was made from; absent where a file says it all. */
  readonly agreements?: readonly GrantedAgreement[]
  /** Keys of the consumer (SHA-256 of SubjectPublicKeyInfo) that may sign; absent: any registered one. */
  readonly keys?: readonly string[]
  /** Who may sign for the consumer, named in every agreement; with files the party's own file says that. */
  readonly delegate?: BoundParty
  /** Positions of officials that may ask; absent: any. */
  readonly officials?: readonly string[]
  /** No question without an open case. */
  readonly openCase?: boolean
}

/** Who takes part and who may ask what: one immutable snapshot, cross-checked, whatever it was loaded from. */
export interface Governance {
  readonly parties: ReadonlyMap<PartyId, Party>
  readonly grants: readonly Grant[]
  /** What consumers and owners of registries signed, in every state. */
  readonly agreements: readonly Agreement[]
  readonly legalBases: ReadonlyMap<string, LocalisedText>
  /** Registry → the party that owns it. */
  readonly owners: ReadonlyMap<string, PartyId>
  /** Absent: no registry. */
  readonly leftOut?: LeftOut
  /** SHA-256 (hex) of the canonical JSON of parties, grants and legal bases, and of the agreements where there are any. */
  readonly digest: string
}

/** What policy must know of the catalogue to judge governance against it. */
export interface CatalogueSummary {
  readonly services: readonly Service[]
  readonly operations: ReadonlyMap<OperationRef, KnownOperation>
  /** Absent: none. What names one of these cannot be judged, and stands. */
  readonly leftOut?: LeftOut
}

export interface KnownOperation {
  readonly provider: PartyId
  readonly fields: readonly string[]
  /** Its owner lets no field out, whatever is granted. */
  readonly checksOnly?: boolean
}
