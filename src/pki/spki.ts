import { createHash, type KeyObject } from 'node:crypto'

const known = new WeakMap<KeyObject, string>()

/**
 * SHA-256 of the SubjectPublicKeyInfo (DER), lower-case hex: the name of a key. A renewed certificate keeps it where the
 * key is kept.
 */
export const spkiSha256 = (key: KeyObject): string => {
  const told = known.get(key)
  if (told !== undefined) return told
  const name = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  known.set(key, name)
  return name
}
