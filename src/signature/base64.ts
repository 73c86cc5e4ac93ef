const WHITE_SPACE = /[\t\n\r ]+/g
/** Beyond line breaks: the indentation of a short value. */
const MAX_WHITE_SPACE = 256

/**
 * Strict base64 with white space between, as xs:base64Binary allows; undefined for anything else, for nothing, for more
 * than `maxOctets`, and for a spelling that is not the only one of its octets: other alphabets, padding, bits after the last octet.
 */
export function decodeBase64(text: string, maxOctets: number): Uint8Array | undefined {
  if (text.length > maxOctets * 2 + MAX_WHITE_SPACE) return undefined
  const compact = text.replace(WHITE_SPACE, '')
  if (compact === '') return undefined
  // Node decodes leniently; what it read is written again, and only the very same spelling is accepted.
  const octets = Buffer.from(compact, 'base64')
  return octets.byteLength <= maxOctets && octets.toString('base64') === compact ? octets : undefined
}
