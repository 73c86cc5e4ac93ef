import { setTimeout as sleep } from 'node:timers/promises'
import type { Receipt } from '../exchange-log/receipt.ts'
import type { Answer } from '../message/read-answer.ts'
import { partyId } from '../model/ids.ts'
import { fileSealer } from '../signature/seal-xml.ts'
import { type ApplicationDraft, newApplication, sealApplication } from './compose.ts'
import type { FollowedEvent } from './follow.ts'
import { type EdnoClient, ednoClient, type Reply, type TravellingProblem } from './send.ts'
import { type HeldEvidence, type Verdict, verifyExchange } from './verify-exchange.ts'

/** PEM texts of a certificate and its private key. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

/** Whom a back office is, where edno is, and what it knows of edno beforehand, never from an answer. */
export interface BackOfficeSettings {
  readonly party: string
  /** Several are asked in turn. */
  readonly url: string | readonly string[]
  readonly tls: KeyPair
  readonly seal: KeyPair
  readonly trusted: {
    /** PEM of the authority of edno's TLS certificate. */
    readonly ca: string
    /** PEM of the certificate that edno seals with. */
    readonly seal: string
    /** The vkey of edno's log. */
    readonly logKey: string
    readonly witnessKeys?: readonly string[]
    readonly timeStampAuthorities?: string
  }
  /** Of problems. */
  readonly language?: 'bg' | 'en'
}

/** An answer of which every signature, and its place in the log, holds. */
export interface VerifiedAnswer {
  readonly answer: Answer
  /** As it came; keep it with the application and the receipt. */
  readonly bytes: Uint8Array
  readonly receipt: Receipt
  readonly verdict: Verdict
}

/** What one consumer does with edno. */
export interface BackOffice {
  /** The bytes to send. Keep them until there is an answer: sent again, they bring the same one and ask nobody twice. */
  readonly sign: (draft: Omit<ApplicationDraft, 'consumer'>) => Uint8Array
  /**
   * Sends, waits and verifies; `tell` hears meanwhile what each registry did. Rejects with `ExchangeRefused` where edno refused,
   * with `AnswerNotVerified` where anything does not hold, with `NotFromEdno` where another on the way answered: then the same bytes are
   * sent again.
   */
  readonly send: (application: Uint8Array, tell?: (event: FollowedEvent) => void) => Promise<VerifiedAnswer>
  /** For all else that a client may do. */
  readonly client: EdnoClient
  readonly close: () => void
}

/** edno answered with a problem. */
export class ExchangeRefused extends Error {
  override readonly name = 'ExchangeRefused'
  readonly problem: TravellingProblem
  constructor(problem: TravellingProblem) {
    super(`${problem.code}: ${problem.advice}`)
    this.problem = problem
  }
}

/** What came is not a genuine answer to what was sent, or no receipt proves that it stands in the log. `held`: all that came. */
export class AnswerNotVerified extends Error {
  override readonly name = 'AnswerNotVerified'
  readonly verdict: Verdict
  readonly held: HeldEvidence
  constructor(verdict: Verdict, held: HeldEvidence) {
    const wrong = verdict.findings.filter(({ holds }) => !holds).map(({ what }) => what)
    super(`the answer is not proved: ${[...wrong, ...(held.receipt === undefined ? ['no receipt'] : [])].join(', ')}`)
    this.verdict = verdict
    this.held = held
  }
}

/** As one party: what is signed here is sent over one kept-alive connection, and nothing is handed on that was not verified. */
export function backOffice({ party, url, tls, seal, trusted, language }: BackOfficeSettings): BackOffice {
  const consumer = partyId(party)
  const sealer = fileSealer(seal.certificate, seal.key)
  const client = ednoClient({ url, ca: trusted.ca, ...tls }, language)
  const { ca: _, seal: brokerCertificate, ...keys } = trusted
  const known = { brokerCertificate, consumerCertificate: seal.certificate, ...keys, logKey: keys.logKey.trim() }
  return {
    sign: (draft) => sealApplication(newApplication({ ...draft, consumer }, new Date()), sealer),
    send: async (application, tell) => {
      const reply = await (tell === undefined ? client.send(application) : sendAndTell(client, application, tell))
      if (reply.kind === 'problem') throw new ExchangeRefused(reply.problem)
      return verified(client, reply, { ...known, application })
    },
    client,
    close: () => client.close(),
  }
}

async function verified(
  client: EdnoClient,
  reply: Extract<Reply, { kind: 'answer' }>,
  known: Omit<HeldEvidence, 'answer' | 'receipt'>,
): Promise<VerifiedAnswer> {
  const { bytes } = reply
  const first = verifyExchange({ ...known, answer: bytes })
  // Where edno went away between the answer and its receipt: it can be had later too.
  const receipt = reply.receipt ?? (first.answer && (await client.receiptOf(first.answer.exchangeId)))
  const held = { ...known, answer: bytes, ...(receipt === undefined ? {} : { receipt }) }
  const verdict = verifyExchange(held)
  const { holds, answer } = verdict
  if (!holds || answer === undefined || receipt === undefined) throw new AnswerNotVerified(verdict, held)
  return { answer, bytes, receipt, verdict }
}

const WAIT_SECONDS = 60
/** What was told just before the answer may still be under way on the other line. */
const STRAGGLERS_MS = 1000

async function sendAndTell(
  client: EdnoClient,
  application: Uint8Array,
  tell: (event: FollowedEvent) => void,
): Promise<Reply> {
  let reply = await client.sendFor(application, 0)
  if (reply.kind !== 'later') return reply
  const { exchangeId } = reply
  const over = new AbortController()
  const telling = tellEvents(client.follow(exchangeId, over.signal), tell)
  // What `tell` throws is thrown at the end, where it is awaited.
  telling.catch(() => undefined)
  try {
    while (reply.kind === 'later') reply = await client.answerOf(exchangeId, WAIT_SECONDS)
    await Promise.race([telling, sleep(STRAGGLERS_MS, undefined, { signal: over.signal })])
    return reply
  } finally {
    over.abort()
    await telling
  }
}

async function tellEvents(events: AsyncGenerator<FollowedEvent>, tell: (event: FollowedEvent) => void): Promise<void> {
  for await (const told of events) {
    tell(told)
    if (told.event === 'answer') return
  }
}
