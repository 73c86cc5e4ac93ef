import type { Acknowledgement } from '../model/acknowledgement.ts'
import { isExchangeId, partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import { isRecord } from '../schema/json.ts'
import { signStatement, type StatementKeys } from './statement.ts'

export const ACKNOWLEDGEMENT_TYPE = 'edno-acknowledgement+jws'

/** JWS compact, for a consumer's own software. */
export const signAcknowledgement = (acknowledgement: Acknowledgement, keys: StatementKeys): string =>
  signStatement(acknowledgement, { type: ACKNOWLEDGEMENT_TYPE, at: new Date(acknowledgement.at) }, keys)

const MEMBERS = ['type', 'exchangeId', 'answer', 'by', 'at']
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

/** What was signed, from the payload whose signature held. Refuses with `request.malformed` what is no acknowledgement. */
export function readAcknowledgement(payload: Uint8Array): Acknowledgement {
  const text = Buffer.from(payload).toString('utf8')
  const value: unknown = JSON.parse(text)
  if (!isAcknowledgement(value) || canonicalJson(value) !== text)
    throw new BrokerError('request.malformed', `the payload: canonical JSON of ${MEMBERS.join(', ')} is expected`)
  return { ...value, by: partyId(value.by) }
}

const isAcknowledgement = (value: unknown): value is Acknowledgement =>
  isRecord(value) &&
  Object.keys(value).length === MEMBERS.length &&
  MEMBERS.every((name) => typeof value[name] === 'string') &&
  value['type'] === 'edno-acknowledgement@1' &&
  isExchangeId(String(value['exchangeId'])) &&
  /^[0-9a-f]{64}$/.test(String(value['answer'])) &&
  INSTANT.test(String(value['at'])) &&
  !Number.isNaN(Date.parse(String(value['at'])))
