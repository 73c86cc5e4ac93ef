import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * A commitment binds to bytes without telling anything about them: HMAC-SHA256 under a random salt. Without the salt it
 * opens to nothing, so deleting salt and bytes erases the content while every proof over the commitment stays true.
 */
export const SALT_BYTES = 32

/** Never used for two payloads: with one salt, equal commitments would tell that payloads are equal. */
export const freshSalt = (): Buffer => randomBytes(SALT_BYTES)

/** HMAC pads shorter keys with zeros, so only salts of the full length are ever tried by `opens`. */
export const commit = (salt: Uint8Array, payload: Uint8Array): Buffer =>
  createHmac('sha256', salt).update(payload).digest()

export function opens(commitment: Uint8Array, salt: Uint8Array, payload: Uint8Array): boolean {
  if (salt.length !== SALT_BYTES) return false
  const made = commit(salt, payload)
  return commitment.length === made.length && timingSafeEqual(commitment, made)
}
