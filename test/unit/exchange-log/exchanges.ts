import { createHash, randomUUID } from 'node:crypto'
import type { ClosedExchange, ExchangePlan, SignedAnswer, VerifiedRequest } from '../../../src/model/exchange.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { createExchangeLog, type ExchangeLog, type ExchangeLogOptions } from '../../../src/exchange-log/exchange-log.ts'
import { type ReceiptClaim, verifyReceipt, type VerifiedReceipt } from '../../../src/exchange-log/verify-receipt.ts'
import type { Receipt } from '../../../src/exchange-log/receipt.ts'
import type { Store } from '../../../src/store/store.ts'
import { freshLogKey, ORIGIN } from './keys.ts'

/** Markers that may stand in no entry and in no column that is not encrypted. */
export const EGN = '8427029967'
export const NAME = 'Измислен'
export const consumer = partyId('troyan')

export interface Sample {
  readonly plan: ExchangePlan
  readonly request: Buffer
  readonly answer: SignedAnswer
  readonly outcomes: readonly CallOutcome[]
}

/** One exchange about an invented person, all of its own. */
export function anExchange(change: Partial<ExchangePlan> = {}): Sample {
  const id = change.exchangeId ?? exchangeId(randomUUID())
  const request = Buffer.from(`<Application><egn>${EGN}</egn><names>Иван ${NAME}</names>${id}</Application>`)
  const operation = operationRef('civil-registry/valid-person@1')
  const plan: ExchangePlan = {
    stage: 'planned',
    exchangeId: id,
    consumer,
    service: serviceRef('taxi-permit', 1),
    format: 'xml',
    proof: 'signature',
    requestDigest: createHash('sha256').update(request).digest('base64'),
    signatureDigest: createHash('sha256').update(`signature of ${id}`).digest('base64'),
    case: 'ТР-2026-0001',
    official: { identifier: EGN, names: NAME, position: 'специалист' },
    legalBasis: { code: 'zavp-24a', text: { bg: 'чл. 24а', en: 'Art. 24a' } },
    grant: 'troyan-taxi',
    governanceDigest: '0a'.repeat(32),
    signer: { party: consumer, certificate: '0b'.repeat(32), key: '0c'.repeat(32) },
    receivedAt: '2026-11-22T08:00:00.000Z',
    deadline: new Date(Date.now() + 10_000).toISOString(),
    application: { driver: { egn: EGN } },
    applicant: { identifierType: 'egn', identifier: EGN, names: NAME },
    date: '2026-11-22',
    calls: [
      {
        ...{ name: 'driver', operation, need: 'required', input: { egn: 'application.driver.egn' }, needs: [] },
        ...{ timeoutMs: 2000, idempotent: true, fields: ['names'], disclosed: ['names'] },
      },
    ],
    checks: [],
    ...change,
  }
  return {
    plan,
    request,
    answer: {
      ...{ stage: 'signed', exchangeId: id, consumer, status: 'complete', mediaType: 'application/xml' },
      bytes: Buffer.from(`<Answer><names>${NAME}</names>${id}</Answer>`),
    },
    outcomes: [{ call: 'driver', operation, outcome: 'found', evidence: { names: NAME }, elapsedMs: 5 }],
  }
}

/** The request as verified, for a refusal. */
export const verifiedOf = ({ plan, request }: Sample): VerifiedRequest => ({
  stage: 'verified',
  format: 'xml',
  content: request as unknown as VerifiedRequest['content'],
  head: { exchangeId: plan.exchangeId, consumer, onBehalfOf: undefined, issuedAt: plan.receivedAt },
  signer: plan.signer,
  connection: plan.signer.party,
  requestDigest: Buffer.from(plan.requestDigest, 'base64'),
  proof: 'signature',
  signatureDigest: Buffer.from(plan.signatureDigest ?? '', 'base64'),
  receivedAt: new Date(plan.receivedAt),
})

export function aLog(store: Store, change: Partial<ExchangeLogOptions> = {}): ExchangeLog {
  return createExchangeLog({
    store,
    origin: ORIGIN,
    signingKeyPem: freshLogKey(),
    retentionHours: 72,
    promiseSeconds: 60,
    clock: () => new Date(),
    onAlarm: ({ kind, error }) => {
      throw new Error(`unexpected alarm ${kind}`, { cause: error })
    },
    ...change,
  })
}

/** Opens and closes one exchange. */
export async function exchangeOnce(log: ExchangeLog, sample: Sample = anExchange()): Promise<ClosedExchange> {
  const opened = await log.open(sample.plan, sample.request)
  if (opened.stage !== 'opened') throw new Error('it was there before')
  return log.close(opened, sample.answer, sample.outcomes)
}

/** The receipt judged by the verifier, as the consumer would. */
export const judge = (
  receipt: Receipt,
  { request, answer }: Sample,
  logKey: string,
  more: Partial<ReceiptClaim> = {},
): VerifiedReceipt =>
  verifyReceipt({
    ...more,
    entry: Buffer.from(receipt.entry, 'base64url'),
    salts: {
      ...(receipt.salts.request === undefined ? {} : { request: Buffer.from(receipt.salts.request, 'base64url') }),
      ...(receipt.salts.answer === undefined ? {} : { answer: Buffer.from(receipt.salts.answer, 'base64url') }),
    },
    proof: receipt.proof,
    logKey,
    request,
    answer: answer.bytes,
  })
