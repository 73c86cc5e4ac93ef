import type { ExchangePlan, SignedFormat } from './exchange.ts'

/** How each format is called on the wire (RFC 7303, RFC 7515 §9.2). */
export const MEDIA_TYPES: Readonly<Record<SignedFormat, string>> = {
  xml: 'application/xml',
  jws: 'application/jose',
  'jws-flattened': 'application/jose+json',
}

/** Without parameters, in lower case; undefined for what is none of edno's formats. */
export const formatOf = (mediaType: string): SignedFormat | undefined =>
  (Object.keys(MEDIA_TYPES) as SignedFormat[]).find((format) => MEDIA_TYPES[format] === mediaType)

/** SOAP 1.1 and 1.2. */
export const SOAP_TYPES = { '1.1': 'text/xml', '1.2': 'application/soap+xml' } as const

/** Of the request, and of its answer. */
export const mediaTypeOf = ({ format, regix }: Pick<ExchangePlan, 'format' | 'regix'>): string =>
  format === 'regix' ? SOAP_TYPES[regix?.soap ?? '1.1'] : MEDIA_TYPES[format]
