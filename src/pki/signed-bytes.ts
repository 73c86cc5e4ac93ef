import { type KeyObject, verify } from 'node:crypto'

interface Algorithm {
  readonly key: 'rsa' | 'ec'
  readonly digest: 'sha256' | 'sha384' | 'sha512'
}

/** Signature algorithms of revocation answers, by object identifier; a closed list. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  '1.2.840.113549.1.1.11': { key: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', digest: 'sha512' },
  '1.2.840.10045.4.3.2': { key: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', digest: 'sha512' },
}

/** Did `key` sign these octets of an X.509 structure? False, too, for algorithms that are not on the list. */
export const signedBy = (key: KeyObject, algorithmId: string, octets: Uint8Array, signature: Uint8Array): boolean => {
  const algorithm = Object.hasOwn(ALGORITHMS, algorithmId) ? ALGORITHMS[algorithmId] : undefined
  if (algorithm === undefined || key.asymmetricKeyType !== algorithm.key) return false
  return verify(algorithm.digest, octets, key, signature)
}
