/** What an authority says of one certificate, as of `madeAt`. */
export type RevocationStatus =
  | { readonly status: 'good'; readonly until: Date; readonly madeAt: Date }
  | { readonly status: 'revoked'; readonly since: Date; readonly until: Date; readonly madeAt: Date }

/** The octets by which an authority says so: a whole response or list, DER. */
export interface RevocationProof {
  readonly kind: 'ocsp' | 'crl'
  readonly bytes: Uint8Array
  /** Nobody relies on it after that. */
  readonly until: Date
}

/** Why an answer cannot be believed or does not say. */
export type Unclear =
  | 'no-address'
  | 'no-answer'
  | 'not-readable'
  | 'responder-refused'
  | 'wrong-signer'
  | 'wrong-nonce'
  | 'other-certificate'
  | 'not-known'
  | 'stale'
  | 'of-other-issuer'
  | 'partial-list'

/** Either what the authority says, or why that cannot be told. */
export type Told = RevocationStatus | { readonly status: 'unclear'; readonly why: Unclear }

type UnclearTold = Extract<Told, { readonly status: 'unclear' }>

/** What an authority says, with its proof. */
export type Proven = UnclearTold | (RevocationStatus & { readonly proof: RevocationProof })

export const unclear = (why: Unclear): UnclearTold => ({ status: 'unclear', why })

/** Clocks of two machines differ. */
const SKEW_MS = 300_000
/** How long a statement that names no end is good for. */
const NO_END_MS = 300_000
/** Nobody's word is kept longer, whatever end it names: a later revocation must be seen. */
const LONGEST_MS = 86_400_000

/** Until when a statement may be used that was made at `thisUpdate`; undefined where it is stale, or from the future. */
export const goodUntil = (thisUpdate: Date, nextUpdate: Date | undefined, now: Date): Date | undefined => {
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + NO_END_MS + SKEW_MS
  if (thisUpdate.getTime() > now.getTime() + SKEW_MS || end < now.getTime()) return undefined
  return new Date(Math.min(end, now.getTime() + (nextUpdate === undefined ? NO_END_MS : LONGEST_MS)))
}
