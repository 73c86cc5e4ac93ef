import canonicalize from 'canonicalize'
import type { ExchangePlan, SignedAnswer, VerifiedRequest } from '../model/exchange.ts'
import { isExchangeId, type PartyId } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { BrokerError } from '../problem/broker-error.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import type { EntryFrame } from '../store/log-entries.ts'
import { type AskedEntry, type LogEntry, type LoggedCall, loggedOutcome } from './entry.ts'

/** What every entry of an opened exchange repeats. */
const ofPlan = (plan: ExchangePlan) => ({
  v: 1 as const,
  exchangeId: plan.exchangeId,
  consumer: plan.consumer,
  ...(plan.onBehalfOf === undefined ? {} : { onBehalfOf: plan.onBehalfOf }),
  service: plan.service,
  basis: plan.legalBasis.code,
  grant: plan.grant,
  governance: plan.governanceDigest,
  signerCertificate: plan.signer.certificate,
})

export const openedEntry = (plan: ExchangePlan, requestCommit: string, at: Date): LogEntry => ({
  ...ofPlan(plan),
  event: 'opened',
  time: at.toISOString(),
  requestCommit,
})

/**
 * Questions that are about to be put; which of them, and the how-manieth time, only the rows know that are written with the entry. So
 * it is canonical JSON but for its list, which the store fills in.
 */
export function askedFrame(
  { exchangeId, consumer }: Pick<ExchangePlan, 'exchangeId' | 'consumer'>,
  at: Date,
): EntryFrame {
  const entry: AskedEntry = { v: 1, event: 'asked', time: at.toISOString(), exchangeId, consumer, questions: [] }
  const [before = '', after = ''] = (canonicalize(entry) ?? '').split('"questions":[]')
  return { event: 'asked', before: `${before}"questions":[`, after: `]${after}` }
}

interface Closing {
  readonly at: Date
  readonly requestCommit: string
  readonly answerCommit: string
  /** Where it was taken back: by whom. */
  readonly cancelledBy?: PartyId
}

export const answeredEntry = (
  plan: ExchangePlan,
  { status }: Pick<SignedAnswer, 'status'>,
  outcomes: readonly CallOutcome[],
  { at, ...said }: Closing,
): LogEntry => ({
  ...ofPlan(plan),
  ...said,
  event: 'answered',
  time: at.toISOString(),
  status,
  calls: outcomes.map(loggedCall),
  ...receivedDigest(outcomes),
})

/**
 * Canonical JSON of the commitments to what registries answered, by call: salted each, so that it tells nothing. Undefined
 * where none answered.
 */
export function receivedCommitments(outcomes: readonly CallOutcome[]): string | undefined {
  const commits = outcomes.flatMap(({ call, received }) => (received === undefined ? [] : [[call, received.commit]]))
  return commits.length === 0 ? undefined : canonicalJson(Object.fromEntries(commits))
}

const receivedDigest = (outcomes: readonly CallOutcome[]): Pick<LogEntry, 'receivedDigest'> => {
  const commitments = receivedCommitments(outcomes)
  return commitments === undefined ? {} : { receivedDigest: sha256Hex(commitments) }
}

/** Codes only: neither evidence nor where it came from. */
const loggedCall = ({ call, operation, outcome, problem }: CallOutcome): LoggedCall => ({
  call,
  operation,
  outcome: loggedOutcome(outcome),
  ...(problem === undefined ? {} : { problem }),
})

/** Names the party that signed, which is proven; what the application itself claims stays in the commitment. */
export const refusedEntry = (
  { head, signer }: Pick<VerifiedRequest, 'head' | 'signer'>,
  { code }: Pick<BrokerError, 'code'>,
  at: Date,
): Omit<LogEntry, 'requestCommit'> => ({
  v: 1,
  event: 'refused',
  time: at.toISOString(),
  ...(head.exchangeId !== undefined && isExchangeId(head.exchangeId) ? { exchangeId: head.exchangeId } : {}),
  consumer: signer.party,
  ...(head.onBehalfOf === undefined ? {} : { onBehalfOf: head.onBehalfOf }),
  signerCertificate: signer.certificate,
  problem: code,
})
