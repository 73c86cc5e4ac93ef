import { ECDSA_SHA256, RSA_SHA256, RSA_SHA512, type SignatureAlgorithm } from './algorithms.ts'

/**
 * RFC 7518 §3.1, of which these alone. ES512 is P-521 there, a curve that edno does not accept; so P-256 goes with SHA-256
 * only. `none`, HS*, PS* and all else are not on the list, and no switch puts them there.
 */
const ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['RS256', RSA_SHA256],
  ['RS512', RSA_SHA512],
  ['ES256', ECDSA_SHA256],
])

/** `alg` as it stands, in its one spelling. */
export const jwsAlgorithm = (alg: string): SignatureAlgorithm | undefined => ALGORITHMS.get(alg)

export const algOf = (algorithm: SignatureAlgorithm): string | undefined =>
  [...ALGORITHMS].find(([, uri]) => uri === algorithm)?.[0]
