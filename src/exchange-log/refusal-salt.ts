import { createHash, createHmac, createPrivateKey, hkdfSync } from 'node:crypto'
import canonicalize from 'canonicalize'
import { SALT_BYTES } from './commitment.ts'
import type { LogEntry } from './entry.ts'

export type RefusalSalt = (entry: Omit<LogEntry, 'requestCommit'>) => Buffer

/**
 * Salts of refusals. A refused request is stored nowhere, so there is no record that could keep a random salt; the salt
 * follows instead from a secret of the log and from the rest of the entry. The operator can thus open the commitment
 * for whoever brings the bytes; nobody else can tell it from random.
 */
export function refusalSalts(signingKeyPem: string): RefusalSalt {
  const der = createPrivateKey(signingKeyPem).export({ type: 'pkcs8', format: 'der' })
  const secret = Buffer.from(hkdfSync('sha256', der, '', 'edno exchange log, salts of refusals', SALT_BYTES))
  return (entry) => {
    const digest = createHash('sha256')
      .update(canonicalize(entry) ?? '')
      .digest()
    return createHmac('sha256', secret).update(digest).digest()
  }
}
