import { setTimeout as pause } from 'node:timers/promises'
import { AdapterFault, type CallContext } from '../adapter.ts'
import type { LaterAnswer, LaterHandler, PromisedAnswer } from '../later-answer.ts'
import { readSoapBody } from '../soap/envelope.ts'
import { parseXml } from '../soap/parse-xml.ts'
import { writeXml, type XmlElement } from '../soap/xml-element.ts'
import { CALLBACK, type ExecuteReply, type PendingReply, readResult } from './execute-reply.ts'
import { executeBody, type ExecuteRequest, referenceBody } from './execute-request.ts'
import { type RegixLine, send } from './regix-line.ts'

/** An answer of RegiX, with the bytes in which it came. */
export interface Answered {
  readonly reply: ExecuteReply
  readonly body: Uint8Array
}

const CHECK = 'CheckResult'
const ACKNOWLEDGE = 'AcknowledgeResultReceived'

/** Of the operation's timeout, so that it is this side that says that there is no answer yet. */
const PATIENCE = 0.8
const FIRST_LOOK_MS = 250
const LONGEST_LOOK_MS = 5000

export interface Asking {
  readonly line: RegixLine
  /** Of one try. */
  readonly timeoutMs: number
  readonly context: Pick<CallContext, 'signal' | 'verifyAnswer' | 'later'>
  /** Does this question say the same as that one? */
  readonly repeats: (told: XmlElement, asked: XmlElement) => boolean
}

/**
 * Asks an operation that may answer later: `Execute`, whose number is durable before anything else is done, then `CheckResult`
 * now and then, until the answer is there or this try has waited long enough. A call that has a number is never put again: only where edno
 * ended between RegiX's answer and the row that holds the number, it is, because nobody knows of it then.
 *
 * Throws `pending` where there is no answer yet.
 */
export async function askPromised(asking: Asking, request: ExecuteRequest): Promise<Answered> {
  const { later } = asking.context
  const before = await later?.promised()
  if (before !== undefined) return fetchAnswer(asking, before)
  const { line, context } = asking
  const body = await send(line, { operation: line.entry.begin, body: executeBody(request, line.entry) }, context.signal)
  const first = readResult(body, { operation: line.entry.begin, entry: line.entry }, context.verifyAnswer)
  if (!('pending' in first)) return { reply: first, body }
  const promise = promiseOf(first, request.argument)
  await later?.keep(promise)
  return fetchAnswer(asking, promise, FIRST_LOOK_MS)
}

const promiseOf = ({ pending }: PendingReply, argument: XmlElement): PromisedAnswer => ({
  reference: pending.callId,
  ...(pending.verificationCode === undefined ? {} : { proof: pending.verificationCode }),
  question: writeXml(argument, ''),
  at: new Date().toISOString(),
})

/** One that was promised long ago is looked at once: whoever waits for it comes again. */
async function fetchAnswer(asking: Asking, promise: PromisedAnswer, firstWaitMs = 0): Promise<Answered> {
  const { later, signal } = asking.context
  const until = Date.parse(promise.at) + asking.timeoutMs * PATIENCE
  for (let waitMs = firstWaitMs; ; ) {
    const pushed = await waitFor(later, waitMs, signal)
    const answered = pushed === undefined ? await check(asking, promise) : readPushed(pushed, promise, asking)
    if (answered !== undefined) {
      await later?.taken()
      return answered
    }
    const now = Date.now()
    if (now >= until)
      throw new AdapterFault('pending', 'the registry has promised its answer, and has none yet', {
        retryAfterMs: lookAgainAfter(now - Date.parse(promise.at)),
      })
    waitMs = Math.min(until - now, LONGEST_LOOK_MS, Math.max(FIRST_LOOK_MS, waitMs * 2))
  }
}

async function waitFor(later: LaterAnswer | undefined, waitMs: number, signal: AbortSignal) {
  if (later !== undefined) return later.pushed(waitMs)
  if (waitMs > 0) await pause(waitMs, undefined, { signal }).catch(() => undefined)
  return undefined
}

const SOONEST_MS = 2000
const LATEST_MS = 600_000

/** The longer it takes, the longer it may still take: an hour is some thirty looks. */
const lookAgainAfter = (ageMs: number): number => Math.min(LATEST_MS, Math.max(SOONEST_MS, ageMs / 4))

async function check(asking: Asking, promise: PromisedAnswer): Promise<Answered | undefined> {
  const { line, context } = asking
  const message = { operation: CHECK, body: referenceBody(CHECK, promise, line.entry) }
  const body = await send(line, message, context.signal)
  const result = readResult(body, { operation: CHECK, entry: line.entry }, context.verifyAnswer)
  if ('pending' in result) return undefined
  requireSameCall(result, promise)
  if (result.request !== undefined) requireSameQuestion(result.request, promise, asking)
  return { reply: result, body }
}

/** The older V1 tells no number. */
function requireSameCall({ callId }: ExecuteReply, { reference }: PromisedAnswer): void {
  if (callId !== reference && callId !== 'unknown')
    throw new AdapterFault('bad-answer', 'the answer has the number of another question')
}

/** Numbers are the registry's own: one that mixes them up, or begins them anew, gives an answer about somebody else. */
function requireSameQuestion(
  told: XmlElement,
  { question }: PromisedAnswer,
  { repeats }: Pick<Asking, 'repeats'>,
): void {
  if (!repeats(told, parseXml(Buffer.from(question))))
    throw new AdapterFault('bad-answer', 'the answer is one to another question')
}

function readPushed(raw: Uint8Array, promise: PromisedAnswer, { line, context }: Asking): Answered {
  const result = readResult(raw, { operation: CALLBACK, entry: line.entry }, context.verifyAnswer)
  if ('pending' in result) throw new AdapterFault('bad-answer', 'what the registry sent of itself is no answer')
  requireSameCall(result, promise)
  return { reply: result, body: raw }
}

/** What else an operation can do whose answers may come later. */
export const laterHandler = (
  line: RegixLine,
  answers: Pick<Asking, 'repeats'> & { readonly fits: (response: XmlElement) => boolean },
): LaterHandler => ({
  judge: (raw, promise, verifyAnswer) => {
    const asking = {
      line,
      timeoutMs: 0,
      repeats: answers.repeats,
      context: { signal: NEVER, ...(verifyAnswer === undefined ? {} : { verifyAnswer }) },
    }
    const { reply } = readPushed(raw, promise, asking)
    if (reply.request === undefined)
      throw new AdapterFault('bad-answer', 'what the registry sent of itself does not repeat the question')
    requireSameQuestion(reply.request, promise, answers)
    if (reply.response === undefined || !answers.fits(reply.response))
      throw new AdapterFault('bad-answer', 'what the registry sent of itself answers another operation')
  },
  acknowledge: async (promise, signal) => {
    const { entry } = line
    if (!entry.acknowledges) return
    const body = await send(line, { operation: ACKNOWLEDGE, body: referenceBody(ACKNOWLEDGE, promise, entry) }, signal)
    if (readSoapBody(body, parseXml, entry.soap).name !== `${ACKNOWLEDGE}Response`)
      throw new AdapterFault('bad-answer', 'the message is no acknowledgement')
  },
})

const NEVER = new AbortController().signal
