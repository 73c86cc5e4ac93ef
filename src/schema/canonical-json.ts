import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** The value cannot be written as JSON: not a number, a lone surrogate, a cycle, `undefined` at the top. */
export class NotCanonical extends TypeError {
  override readonly name = 'NotCanonical'
}

/** RFC 8785: one spelling for one value. Throws `NotCanonical` for what JSON cannot say. */
export const canonicalJson = (value: unknown): string => {
  const text = attempt(value)
  if (text === undefined) throw new NotCanonical('the value has no canonical JSON')
  return text
}

const attempt = (value: unknown): string | undefined => {
  try {
    return canonicalize(value)
  } catch (error) {
    throw new NotCanonical('the value has no canonical JSON', { cause: error })
  }
}

export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
