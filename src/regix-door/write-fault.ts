import { escapeXml } from '../adapter-kit/soap/xml-element.ts'
import type { BrokerError } from '../problem/broker-error.ts'
import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import { errorText } from './error-text.ts'
import { ENTRIES } from './names.ts'
import { type Result, writeBegun, writeMembers } from './result-members.ts'
import { type AnsweredTo, writeEnvelope, writeResult } from './write-envelope.ts'

/** A refusal as clients of RegiX get it. */
export interface WrittenRefusal {
  readonly status: number
  readonly text: string
}

const PROBLEM = 'urn:edno:problem:1'
const FAULT_STATUS = 500

/** RegiX answers a wrong question with a fault, and one that it does not allow, or fails at, with a result. */
export function writeRefusal(refusal: BrokerError, to: AnsweredTo): WrittenRefusal {
  return isFault(refusal)
    ? { status: FAULT_STATUS, text: writeFault(refusal, to) }
    : { status: 200, text: writeRefused(refusal, to) }
}

const RESULTS: ReadonlySet<ProblemCode> = new Set([
  'regix.closed',
  'regix.checks-only',
  'regix.operation-not-connected',
  'regix.call-context',
])

/** What the caller's software has to mend. */
const isFault = ({ code }: BrokerError): boolean =>
  !RESULTS.has(code) && /^(regix|request|service|signature|applicant|exchange)\./.test(code)

function writeRefused(refusal: BrokerError, to: AnsweredTo): string {
  const error = errorText(refusal.code)
  const { entry, element } = to
  if (entry === 'v1' && element === 'Execute') return writeBegunAnswer(to, '0', error)
  // Of what a registry did not do old clients are told in a result, as of an answer that has nothing to come.
  const result: Result = { ready: refusal.code.startsWith('provider.'), error, callId: '0' }
  return element === 'AcknowledgeResultReceived' ? writeFault(refusal, to) : writeResult(to, writeMembers(to, result))
}

/** V1's `Execute` is the one result that is no ServiceResultData. */
export const writeBegunAnswer = (to: AnsweredTo, callId: string, error?: string): string =>
  writeResult(to, writeBegun(callId, error))

/** `AcknowledgeResultReceived` is answered by nothing but its name. */
export const writeAcknowledged = (to: AnsweredTo): string =>
  writeEnvelope(to, `<AcknowledgeResultReceivedResponse xmlns="${ENTRIES[to.entry].namespace}"/>`)

/** Texts that clients of RegiX know; every other is edno's own. */
const LITERAL: Partial<Readonly<Record<ProblemCode, string>>> = {
  'exchange.unknown': 'No such serviceCallID could be found!',
  'regix.argument': 'Element request.Argument is required and it must contain XML content',
}

/** The text of RegiX where it has one, then edno's code and its words in Bulgarian; never an exception's. */
function faultText({ code, detail }: BrokerError): string {
  const own = `[${code}] ${PROBLEMS[code].bg}`
  if (code === 'regix.operation-unknown') return `${detail} ${own}`
  const literal = LITERAL[code]
  return `${literal === undefined ? '' : `${literal} `}${own}`
}

/** SOAP 1.1 §4.4; SOAP 1.2 part 1 §5.4. Codes of SOAP itself stand bare, so that any client understands them. */
export function writeFault(refusal: BrokerError, to: AnsweredTo): string {
  const { code, status, detail: why } = refusal
  const text = escapeXml(faultText(refusal))
  // For whoever mends the software, in English; one of edno's own failures says nothing of its inside.
  const explained = status < 500 ? `<Detail>${escapeXml(why)}</Detail>` : ''
  const detail = `<Problem xmlns="${PROBLEM}"><Code>${code}</Code><Title>${escapeXml(PROBLEMS[code].en)}</Title>${explained}</Problem>`
  const own = SOAP_CODES[code] ?? (status < 500 ? 'Sender' : 'Receiver')
  const content =
    to.soap === '1.1'
      ? `<s:Fault><faultcode>s:${FAULTCODES_11[own] ?? own}${SOAP_CODES[code] === undefined ? `.${code}` : ''}</faultcode>` +
        `<faultstring>${text}</faultstring><detail>${detail}</detail></s:Fault>`
      : `<s:Fault><s:Code><s:Value>s:${own}</s:Value><s:Subcode><s:Value xmlns:e="${PROBLEM}">e:${code}</s:Value></s:Subcode></s:Code>` +
        `<s:Reason><s:Text xml:lang="bg">${text}</s:Text></s:Reason><s:Detail>${detail}</s:Detail></s:Fault>`
  return writeEnvelope(to, content, FAULT_ACTION)
}

const SOAP_CODES: Partial<Readonly<Record<ProblemCode, string>>> = {
  'regix.must-understand': 'MustUnderstand',
  'regix.soap-version': 'VersionMismatch',
}
const FAULTCODES_11: Readonly<Record<string, string>> = { Sender: 'Client', Receiver: 'Server' }
/** WS-Addressing 1.0, SOAP binding §6. */
const FAULT_ACTION = 'http://www.w3.org/2005/08/addressing/soap/fault'
