import { createHash, randomBytes } from 'node:crypto'
import { type ExchangeId, exchangeId, type PartyId } from '../model/ids.ts'

/** What every client can hold exactly, also one that reads a decimal as a floating-point number. */
const BITS_53 = 2n ** 53n

/** A fresh ServiceCallID: a number above nought that tells nothing of how many there are. */
export function newCallId(): string {
  const number = randomBytes(8).readBigUInt64BE() % BITS_53
  return number === 0n ? '1' : number.toString()
}

export const isCallId = (text: string): boolean => /^[1-9]\d{0,15}$/.test(text)

/**
 * The exchange that a number of this consumer stands for, made of the two (RFC 9562 §5.8, version 8): nothing has to be
 * kept for `CheckResult`, and no number leads to the exchange of another.
 */
export function exchangeOfCall(consumer: PartyId, callId: string): ExchangeId {
  const octets = createHash('sha256').update(`edno RegiX door\n${consumer}\n${callId}`).digest().subarray(0, 16)
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x80
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80
  const hex = octets.toString('hex')
  return exchangeId([0, 8, 12, 16, 20].map((from, at) => hex.slice(from, [8, 12, 16, 20, 32][at])).join('-'))
}
