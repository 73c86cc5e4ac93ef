import { formatOf } from '../model/media-types.ts'
import { DSIG } from './algorithms.ts'

const CERTIFICATE = /<(?:[\w.-]+:)?X509Certificate(?:\s[^>]*)?>([A-Za-z0-9+/=\s]+)<\//g

/**
 * Certificates (DER) that a signed document carries, in its order: for evidence, after the document was verified. Nothing
 * vouches for them here.
 */
export function carriedCertificates(bytes: Uint8Array, mediaType: string): readonly Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1')
  const base64 =
    formatOf(mediaType) === 'xml' ? [...text.matchAll(CERTIFICATE)].map(([, one = '']) => one) : x5cOf(text)
  return base64.map((one) => Buffer.from(one, 'base64'))
}

/** Of the protected header, in compact or flattened serialisation. */
function x5cOf(text: string): readonly string[] {
  try {
    const flattened = text.trimStart().startsWith('{')
    const header = flattened ? (JSON.parse(text) as { readonly protected?: string }).protected : text.split('.', 1)[0]
    const { x5c } = JSON.parse(Buffer.from(header ?? '', 'base64url').toString()) as {
      readonly x5c?: readonly string[]
    }
    return x5c ?? []
  } catch {
    return []
  }
}

const TOKEN = /<xades:EncapsulatedTimeStamp>([A-Za-z0-9+/=]+)<\/xades:EncapsulatedTimeStamp>/
const VALUE = /<ds:SignatureValue>([A-Za-z0-9+/=]+)<\/ds:SignatureValue>/

/** The time stamp of an answer that edno wrote: its token (DER), and the canonical octets that it is over. */
export function carriedStamp(
  answer: Uint8Array,
): { readonly token: Uint8Array; readonly over: Uint8Array } | undefined {
  const text = Buffer.from(answer).toString('latin1')
  const [, token] = TOKEN.exec(text) ?? []
  const [, value] = VALUE.exec(text) ?? []
  if (token === undefined || value === undefined) return undefined
  const over = `<ds:SignatureValue xmlns:ds="${DSIG}">${value}</ds:SignatureValue>`
  return { token: Buffer.from(token, 'base64'), over: Buffer.from(over) }
}
