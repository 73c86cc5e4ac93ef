import type { AgreementAct, AgreementContent } from '../../model/agreement.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { canonicalJson } from '../../schema/canonical-json.ts'
import { isRecord } from '../../schema/json.ts'
import type { SchemaMistake } from '../../schema/mistake.ts'
import { JsonFault, readStrictJson } from '../../schema/strict-json.ts'

export type Judge = (value: unknown) => readonly SchemaMistake[]

const LIMITS = { maxDepth: 2, maxEntries: 32 }

/** Refuses with `agreement.content`, naming at most this many places. */
const MOST_TOLD = 5

export const contentFault = (mistakes: readonly string[]): BrokerError =>
  new BrokerError('agreement.content', mistakes.slice(0, MOST_TOLD).join('; '))

export const sayMistake = ({ pointer, message }: SchemaMistake): string =>
  `${pointer === '' ? '/' : pointer} ${message}`

/** What a party signed, from the payload of its JWS. Refuses with `agreement.content`. */
export function readAct(payload: Uint8Array, judge: Judge): AgreementAct {
  const value = read(payload)
  const mistakes = judge(value)
  if (mistakes.length > 0) throw contentFault(mistakes.map((mistake) => `the act: ${sayMistake(mistake)}`))
  if (canonicalJson(value) !== Buffer.from(payload).toString('utf8'))
    throw new BrokerError('agreement.content', 'the act is not canonical JSON (RFC 8785)')
  return value as unknown as AgreementAct
}

function read(payload: Uint8Array): Record<string, unknown> {
  try {
    const value = readStrictJson(payload, LIMITS)
    if (isRecord(value)) return value
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new BrokerError('agreement.content', `the act: ${error.message}`, { cause: error })
  }
  throw new BrokerError('agreement.content', 'the act: an object is expected')
}

/** Everybody and everything an act names must be what the agreement says: an act for one is never one for another. */
export function requireConcerns(act: AgreementAct, content: AgreementContent): void {
  const pairs = {
    consumer: [act.consumer, content.consumer.party],
    provider: [act.provider, content.provider],
    registry: [act.registry, content.registry],
    service: [act.service, content.service],
  }
  for (const [name, [said, agreed]] of Object.entries(pairs)) {
    if (said !== agreed) throw new BrokerError('agreement.content', `the act: /${name} is not what the agreement says`)
  }
}
