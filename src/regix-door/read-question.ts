import { readFlag, writeXml, type XmlElement } from '../adapter-kit/soap/xml-element.ts'
import type { RegixAddress } from '../model/regix.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { ENTRIES } from './names.ts'
import { refuse } from './refuse.ts'

/** What of CallContext edno reads, by the names of RegiX. */
export interface CallContext {
  readonly serviceUri?: string
  readonly lawReason?: string
  readonly official: { readonly identifier: string; readonly names: string; readonly position: string }
}

/** `Execute` or `ExecuteSynchronous`, before anything of it is judged by the operation. */
export interface Question {
  readonly operation: string
  readonly argument: XmlElement
  readonly context: CallContext
  readonly signResult: boolean
  readonly returnAccessMatrix: boolean
  readonly asynchronous: boolean
  /** Flags that stand in another namespace: passed over, as WCF does, and told. */
  readonly ignored: readonly string[]
}

/** `CheckResult` or `AcknowledgeResultReceived`. */
export interface Reference {
  readonly callId: string
  readonly verificationCode?: string
}

/** Refuses with `regix.body`, `regix.argument`, `regix.processing`. */
export function readQuestion(body: XmlElement, { entry }: RegixAddress): Question {
  const { data: namespace, operations } = ENTRIES[entry]
  const data = memberOf(wrapped(body, 'request', entry), 'ServiceRequestData', entry)
  const members = membersOf(data, namespace)
  const text = (name: string): string => members.get(name)?.text.trim() ?? ''
  const processing = text('RequestProcessing').split(/\s+/).filter(Boolean)
  requireProcessing(processing, text('ResponseProcessing'))
  const begins = operations[body.name] === 'begin'
  return {
    // As it was written: a name with a blank at its end is no name (a client of the wild sends one).
    operation: members.get('Operation')?.text ?? '',
    argument: argumentOf(members.get('Argument')),
    context: contextOf(members.get('CallContext'), namespace),
    signResult: flag(members, 'SignResult'),
    returnAccessMatrix: flag(members, 'ReturnAccessMatrix'),
    asynchronous: begins || processing.includes('Asynchronous'),
    ignored: FLAGS.filter((name) =>
      data.children.some((child) => child.name === name && child.namespace !== namespace),
    ),
  }
}

export function readReference(body: XmlElement, { entry }: RegixAddress): Reference {
  const { data: namespace } = ENTRIES[entry]
  const argument = memberOf(wrapped(body, 'argument', entry), 'ServiceCheckResultArgument', entry)
  const members = membersOf(argument, namespace)
  const code = members.get('VerificationCode')?.text.trim()
  return {
    callId: members.get('ServiceCallID')?.text.trim() ?? '',
    ...(code === undefined || code === '' ? {} : { verificationCode: code }),
  }
}

/** Does the caller come again for its answer? Of what cannot be read the line says why. */
export function asksLater(body: XmlElement, address: RegixAddress): boolean {
  try {
    return readQuestion(body, address).asynchronous
  } catch (error) {
    if (error instanceof BrokerError) return false
    throw error
  }
}

const FLAGS = ['SignResult', 'ReturnAccessMatrix']

/** `request` and `argument` stand in the namespace of the operation, in both entry points. */
const wrapped = (body: XmlElement, name: string, entry: RegixAddress['entry']): XmlElement =>
  only(body, name, ENTRIES[entry].namespace)

/** V2 puts another element around what V1 has at once. */
const memberOf = (wrapper: XmlElement, name: string, entry: RegixAddress['entry']): XmlElement =>
  entry === 'v1' ? wrapper : only(wrapper, name, ENTRIES.v2.data)

function only(parent: XmlElement, name: string, namespace: string): XmlElement {
  const [child, ...more] = parent.children
  if (child?.name !== name || child.namespace !== namespace || more.length > 0)
    return refuse('regix.body', `${parent.name} holds one ${name} in ${namespace}`)
  return child
}

/** Those in the namespace of the data, each once: of two the one would be read by edno, and the other by somebody else. */
function membersOf(data: XmlElement, namespace: string): ReadonlyMap<string, XmlElement> {
  const own = data.children.filter((child) => child.namespace === namespace)
  const members = new Map(own.map((child) => [child.name, child]))
  if (members.size < own.length) refuse('regix.body', `a member of ${data.name} stands twice`)
  return members
}

function flag(members: ReadonlyMap<string, XmlElement>, name: string): boolean {
  const text = members.get(name)?.text ?? 'false'
  return readFlag(text) ?? refuse('regix.body', `${name} is neither true nor false`)
}

/** What edno does with a message it does in any case; what it does not do it does not pretend to. */
function requireProcessing(request: readonly string[], response: string): void {
  if (request.some((flagged) => flagged !== 'Asynchronous') || response !== '')
    throw new BrokerError('regix.processing', 'RequestProcessing: Asynchronous or nothing; ResponseProcessing: nothing')
}

function argumentOf(argument: XmlElement | undefined): XmlElement {
  const [content, ...more] = argument?.children ?? []
  if (content === undefined || more.length > 0 || argument?.text.trim() !== '')
    return refuse('regix.argument', 'Argument holds one element and nothing else')
  return content
}

function contextOf(context: XmlElement | undefined, namespace: string): CallContext {
  const members = context === undefined ? undefined : membersOf(context, namespace)
  const text = (...names: readonly string[]): string | undefined =>
    names.map((name) => members?.get(name)?.text.trim()).find((value) => value !== undefined && value !== '')
  const [serviceUri, lawReason] = [text('ServiceURI'), text('LawReason')]
  return {
    ...(serviceUri === undefined ? {} : { serviceUri }),
    ...(lawReason === undefined ? {} : { lawReason }),
    official: {
      identifier: text('EmployeeIdentifier', 'ResponsiblePersonIdentifier') ?? UNSAID,
      names: text('EmployeeNames') ?? UNSAID,
      position: text('EmployeePosition') ?? UNSAID,
    },
  }
}

/** Where a client does not say who asks; no grant that names officials is open to such a question. */
const UNSAID = '-'

/** As it goes back in the answer: by its names, whatever prefixes it came with. */
export const writeArgument = (argument: XmlElement, entry: RegixAddress['entry']): string =>
  writeXml(argument, ENTRIES[entry].data)
