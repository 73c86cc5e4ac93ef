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

/** The value of `Edno-Receipt`, or undefined when it would be too long. */
export function receiptHeader(receipt: Receipt): string | undefined {
  const { entry, salts, proof } = receipt
  const value = Buffer.from(JSON.stringify({ entry, salts, proof })).toString('base64url')
  return value.length > HEADER_LIMIT ? undefined : value
}

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
