const ALPHABET = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const WHITE_SPACE = /[\t\n\r ]+/g

/**
 * Strict base64 with white space between, as xs:base64Binary allows; undefined for anything else, for nothing, for more
 * than `maxOctets`, and for a spelling that is not the only one of its octets (bits after the last octet).
 */
export function decodeBase64(text: string, maxOctets: number): Uint8Array | undefined {
  if (text.length > maxOctets * 2) return undefined
  const compact = text.replace(WHITE_SPACE, '')
  if (compact === '' || !ALPHABET.test(compact)) return undefined
  const octets = Buffer.from(compact, 'base64')
  return octets.byteLength <= maxOctets && octets.toString('base64') === compact ? octets : undefined
}
