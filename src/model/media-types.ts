import type { Format } from './exchange.ts'

/** How each format is called on the wire (RFC 7303, RFC 7515 §9.2). */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  xml: 'application/xml',
  jws: 'application/jose',
  'jws-flattened': 'application/jose+json',
}

/** Without parameters, in lower case; undefined for what is none of edno's formats. */
export const formatOf = (mediaType: string): Format | undefined =>
  (Object.keys(MEDIA_TYPES) as Format[]).find((format) => MEDIA_TYPES[format] === mediaType)
