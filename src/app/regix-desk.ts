import type { Broker, CallerWaits, RegixAsked, RegixCaller, RegixDesk, RegixReply } from '../http/broker.ts'
import { SOAP_TYPES } from '../model/media-types.ts'
import type { RegixAddress } from '../model/regix.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { exchangeOfCall, isCallId, newCallId } from '../regix-door/call-id.ts'
import { readDescriptions } from '../regix-door/describe.ts'
import { judgeContext } from '../regix-door/judge-context.ts'
import { ENTRIES } from '../regix-door/names.ts'
import { type Envelope, readEnvelope } from '../regix-door/read-envelope.ts'
import { asksLater, readQuestion, readReference } from '../regix-door/read-question.ts'
import { writeMembers } from '../regix-door/result-members.ts'
import { type AnsweredTo, membersIn, writeResult } from '../regix-door/write-envelope.ts'
import { writeAcknowledged, writeBegunAnswer, writeRefusal } from '../regix-door/write-fault.ts'
import type { Capabilities } from './ports.ts'

type Parts = Pick<Capabilities, 'config' | 'rules' | 'clock'> & Pick<Broker, 'run' | 'standingOf'>

/** What came, understood so far that it can be answered. */
interface Message {
  readonly asked: RegixAsked
  readonly caller: RegixCaller
  readonly envelope: Envelope
  readonly to: AnsweredTo
  readonly waits: CallerWaits
}

/** The door of old clients: envelopes in and out, and the same exchanges behind it as behind any other. */
export function regixDesk(parts: Parts): RegixDesk {
  const descriptions = readDescriptions(parts.config.root)
  return {
    ask: async (asked, caller, waits) => {
      let to = guessed(asked)
      try {
        const envelope = readEnvelope({ ...asked, maxBytes: parts.config.http.bodyLimitBytes })
        const { addressed } = envelope
        to = { ...addressOf(asked), element: envelope.body.name, ...(addressed === undefined ? {} : { addressed }) }
        return await answer({ asked, caller, envelope, to, waits }, parts)
      } catch (error) {
        return refused(BrokerError.from(error), to)
      }
    },
    refuse: (refusal, asked) => refused(refusal, guessed(asked)),
    describe: descriptions.read,
  }
}

const addressOf = ({ entry, soap }: RegixAddress): RegixAddress => ({ entry, soap })

/** Before the envelope is read HTTP alone says what is asked, if it does. */
function guessed(asked: Omit<RegixAsked, 'bytes'>): AnsweredTo {
  const { action, operations } = ENTRIES[asked.entry]
  const names = Object.keys(operations)
  const named = asked.actions.map((text) => text.slice(action.length)).find((name) => names.includes(name))
  return { ...addressOf(asked), element: named ?? (asked.entry === 'v1' ? 'ExecuteSynchronous' : 'Execute') }
}

function refused(refusal: BrokerError, to: AnsweredTo): RegixReply {
  const { status, text } = writeRefusal(refusal, to)
  return { ...reply(to, text), status, refusal }
}

const reply = ({ soap }: RegixAddress, body: string | Uint8Array): RegixReply => ({
  status: 200,
  mediaType: `${SOAP_TYPES[soap]}; charset=utf-8`,
  body,
})

function answer(message: Message, parts: Parts): Promise<RegixReply> {
  const { entry, element } = message.to
  switch (ENTRIES[entry].operations[element]) {
    case 'check':
      return check(message, parts)
    case 'acknowledge':
      return acknowledge(message, parts)
    default:
      return run(message, parts)
  }
}

/** Who asks asynchronously gets the number of its question, who does not the answer itself. */
async function run({ asked, caller, envelope, to, waits }: Message, parts: Parts): Promise<RegixReply> {
  const later = asksLater(envelope.body, to)
  const callId = newCallId()
  const exchangeId = exchangeOfCall(caller.party, callId)
  const standing = await parts.run(
    {
      ...{ stage: 'received', format: 'regix', bytes: asked.bytes, receivedAt: parts.clock() },
      proof: envelope.signed === true ? 'signature' : 'channel',
      connection: caller.party,
      channel: { ...addressOf(to), certificate: caller.certificate, exchangeId, callId },
    },
    later ? { ...waits, ms: 0 } : waits,
  )
  const told = { exchangeId, assumed: assumedIn(envelope, to, caller.party, parts) }
  if (later || standing.stage !== 'closed') return { ...reply(to, begun(to, callId, exchangeId)), ...told }
  return { ...reply(to, standing.bytes), ...told }
}

const begun = (to: AnsweredTo, callId: string, exchangeId: ExchangeId): string =>
  to.entry === 'v1' && to.element === 'Execute'
    ? writeBegunAnswer(to, callId)
    : writeResult(to, writeMembers(to, pending(to, callId, exchangeId)))

const pending = ({ entry }: RegixAddress, callId: string, exchangeId: ExchangeId) => ({
  ready: false,
  callId,
  ...(entry === 'v2' ? { verificationCode: exchangeId } : {}),
})

/** What edno took because the envelope did not say it: told beside the answer. */
function assumedIn(envelope: Envelope, to: AnsweredTo, party: PartyId, { rules }: Parts): readonly string[] {
  const { parties, legalBases } = rules.governance
  const access = parties.get(party)?.regix
  if (access === undefined) return []
  return judgeContext(readQuestion(envelope.body, to).context, access, { legalBases, callId: '0' }).assumed
}

/** The exchange that a number of this caller stands for. Refuses with `exchange.unknown` whatever is none. */
async function found(message: Message, { standingOf }: Parts) {
  const { to, caller, envelope, waits } = message
  const { callId, verificationCode } = readReference(envelope.body, to)
  const exchangeId = exchangeOfCall(caller.party, callId)
  if (!isCallId(callId) || (to.entry === 'v2' && verificationCode !== exchangeId))
    throw new BrokerError('exchange.unknown', 'no question of yours has this ServiceCallID and VerificationCode')
  return { callId, exchangeId, standing: await standingOf(caller.party, exchangeId, { ...waits, ms: 0 }) }
}

async function check(message: Message, parts: Parts): Promise<RegixReply> {
  const { to } = message
  const { callId, exchangeId, standing } = await found(message, parts)
  if (standing.stage !== 'closed')
    return { ...reply(to, writeResult(to, writeMembers(to, pending(to, callId, exchangeId)))), exchangeId }
  const members = membersIn(Buffer.from(standing.bytes).toString(), to, [
    'CheckResult',
    'ExecuteSynchronous',
    'Execute',
  ])
  if (members === undefined) throw new BrokerError('exchange.unknown', 'this question was asked at another entry point')
  return { ...reply(to, writeResult(to, members)), exchangeId }
}

/** edno keeps an answer for as long as it keeps any: there is nothing to free. */
async function acknowledge(message: Message, parts: Parts): Promise<RegixReply> {
  const { exchangeId } = await found(message, parts)
  return { ...reply(message.to, writeAcknowledged(message.to)), exchangeId }
}
