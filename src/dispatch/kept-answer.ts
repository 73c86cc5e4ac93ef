import { createHmac, randomBytes } from 'node:crypto'
import type { Finding } from '../adapter-kit/adapter.ts'
import type { KeptAnswer } from '../model/outcome.ts'

/** As of every commitment of the exchange log. */
const SALT_BYTES = 32
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,80}$/

/**
 * What is kept of a registry's answer: a salted commitment in any case, the bytes only where nobody else's data is in them,
 * nor more than the operation is for.
 * Undefined where the adapter handed none on; an adapter is another's code, so that what it says is looked at.
 */
export function keptAnswer({ received }: Finding, wholly: boolean): KeptAnswer | undefined {
  const { mediaType, body }: { readonly mediaType?: unknown; readonly body?: unknown } = received ?? {}
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType) || !(body instanceof Uint8Array)) return undefined
  const salt = randomBytes(SALT_BYTES)
  return {
    mediaType,
    salt: salt.toString('base64url'),
    commit: createHmac('sha256', salt).update(body).digest('base64url'),
    ...(wholly ? { body: Buffer.from(body).toString('base64') } : {}),
  }
}
