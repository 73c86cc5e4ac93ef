import type { RevocationSubject } from './layout.ts'

/** How much of an exchange its reader may see: all of it, its own, or what its registry was asked. */
export type View = 'whole' | 'own' | 'registry'

export interface HeldDocument {
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** A commitment of the log opens with 32 bytes, for those who may try. */
export interface Opening {
  readonly salt?: Uint8Array
}

export interface HeldEntry {
  readonly event: string
  readonly bytes: Uint8Array
  /** C2SP tlog-proof, as text. */
  readonly proof: string
}

/** What one registry was asked and answered. */
export interface RegistryPart extends Opening {
  readonly call: string
  /** Canonical JSON: operation, outcome, provenance, what was disclosed, and why the answer is not here where it is not. */
  readonly about: string
  /** Its answer as it came. */
  readonly answer?: HeldDocument
}

export interface HeldAgreement {
  /** SHA-256 (hex) of the content. */
  readonly digest: string
  readonly content: string
  /** JWS compact, in the order of recording. */
  readonly acts: readonly string[]
}

/** A grant of the operator's files, as the decision read it. */
export interface HeldGrant {
  /** SHA-256 (hex) of the content. */
  readonly digest: string
  readonly content: string
}

export interface HeldSupplement extends HeldDocument, Opening {
  readonly call: string
  /** The seal that signed it, DER; absent where it is that of the answer. */
  readonly signer?: Uint8Array
}

/** Who signed what, DER; and who stamped. */
export type Signers = Readonly<Partial<Record<RevocationSubject, Uint8Array>>>

/** What an authority said of the certificate below it; DER. */
export interface HeldProof {
  readonly kind: 'ocsp' | 'crl'
  readonly bytes: Uint8Array
  readonly issuer: Uint8Array
}

/** What edno had been told of a certificate when it took it for one that is not revoked. */
export interface HeldRevocation {
  readonly at: Date
  /** From the certificate's own issuer upwards. */
  readonly proofs: readonly HeldProof[]
}

/** The time stamp of the answer: its token, and what it is over. */
export interface HeldStamp {
  readonly token: Uint8Array
  readonly over: Uint8Array
}

/** What goes into a container: cut to its reader beforehand. */
export interface EvidenceContent {
  /** Canonical JSON: which exchange it is, and which view of it. */
  readonly about: string
  readonly view: View
  readonly application?: HeldDocument
  readonly answer?: HeldDocument
  readonly plan?: string
  readonly decision?: string
  readonly agreements: readonly HeldAgreement[]
  readonly grant?: HeldGrant
  readonly registries: readonly RegistryPart[]
  /** Canonical JSON of the commitments that the closing entry names by their digest. */
  readonly received?: string
  readonly supplements: readonly HeldSupplement[]
  readonly acknowledgement?: Uint8Array
  readonly salts: { readonly request?: Uint8Array; readonly answer?: Uint8Array }
  readonly entries: readonly HeldEntry[]
  /** The signed head that all proofs lead to. */
  readonly checkpoint?: string
  /** Token over the text of the head. */
  readonly headStamp?: Uint8Array
  /** The log's vkey. */
  readonly logKey: string
  readonly signers: Signers
  /** Of whose certificate something was told. */
  readonly revocation: Readonly<Partial<Record<RevocationSubject, HeldRevocation>>>
  readonly stamp?: HeldStamp
}
