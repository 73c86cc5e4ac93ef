import { opens } from '../../exchange-log/commitment.ts'
import type { LoggedEntry } from './judge-log.ts'

/** The first entry of an event. */
export const entryOf = (
  entries: readonly LoggedEntry[],
  event: string,
): Readonly<Record<string, unknown>> | undefined => entries.find(({ says }) => says['event'] === event)?.says

/** Does the salt open the commitment to these bytes? */
export const opensTo = (commitment: unknown, salt: Uint8Array, bytes: Uint8Array): boolean =>
  typeof commitment === 'string' && opens(Buffer.from(commitment, 'base64url'), salt, bytes)
