import type { SignedFormat } from '../model/exchange.ts'

/** One letter of the applicant's names changed after signing, in whichever format. */
export function tamperWith(bytes: Uint8Array, format: SignedFormat): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8')
  if (format === 'xml') return Buffer.from(text.replace('</Names>', 'а</Names>'))
  const payload = format === 'jws' ? text.split('.')[1] : (JSON.parse(text) as { readonly payload: string }).payload
  return Buffer.from(text.replace(payload ?? '', (before) => changed(before)))
}

const changed = (payload: string): string =>
  Buffer.from(Buffer.from(payload, 'base64url').toString('utf8').replace('"Names":"', '"Names":"а')).toString(
    'base64url',
  )
