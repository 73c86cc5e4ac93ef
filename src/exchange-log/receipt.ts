import { LogFault } from './log-fault.ts'

/**
 * What the consumer keeps (`schemas/receipt.v1.schema.json`): the exact bytes of the closing entry, the salts that open
 * its commitments, and the proof that the entry stands in the log.
 */
export interface Receipt {
  /** Base64url of the entry's exact bytes. */
  readonly entry: string
  /** Base64url, 32 bytes each. */
  readonly salts: { readonly request?: string; readonly answer?: string }
  /** C2SP tlog-proof, as text. */
  readonly proof: string
}

/** Beyond this the answer carries only a link: proxies cut long headers. */
const HEADER_LIMIT = 3072

/** The value of `Edno-Receipt`, without what witnesses signed where it is too long with it; undefined where it is too long at all. */
export function receiptHeader(receipt: Receipt): string | undefined {
  const short = { ...receipt, proof: receipt.proof.replace(AFTER_FIRST_SIGNATURE, '$1') }
  return [receipt, short].map(headerOf).find((value) => value.length <= HEADER_LIMIT)
}

/** The log itself signs first; a proof holds with that line alone. */
const AFTER_FIRST_SIGNATURE = /(\n— .*\n)[^]*$/

const headerOf = ({ entry, salts, proof }: Receipt): string =>
  Buffer.from(JSON.stringify({ entry, salts, proof })).toString('base64url')

export const readReceiptHeader = (value: string): Receipt =>
  readReceipt(Buffer.from(value, 'base64url').toString('utf8'))

/** Reads the JSON of a receipt; the form only. */
export function readReceipt(json: string): Receipt {
  const value = parse(json)
  if (!isReceipt(value)) throw new LogFault('receipt-malformed', 'a receipt has entry, salts and proof')
  return value
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new LogFault('receipt-malformed', 'a receipt is JSON', { cause })
  }
}

function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== 'object' || value === null) return false
  const { entry, salts, proof, ...more } = value as Record<string, unknown>
  return Object.keys(more).length === 0 && typeof entry === 'string' && typeof proof === 'string' && isSalts(salts)
}

const isSalts = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, salt]) => ['request', 'answer'].includes(name) && typeof salt === 'string')
