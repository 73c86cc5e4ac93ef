import { SOAP } from '../adapter-kit/soap/envelope.ts'
import { plainElement } from '../adapter-kit/soap/plain-element.ts'
import { readFlag, type XmlElement } from '../adapter-kit/soap/xml-element.ts'
import type { RegixAddress } from '../model/regix.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate, withoutLeadingBlanks } from '../xml/bytes-gate.ts'
import { withDocument, type XmlElement as ParsedElement } from '../xml/parse-xml.ts'
import type { XmlLimits } from '../xml/scan-markup.ts'
import { elementsOnly } from '../xml/tree.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { ADDRESSING, ENTRIES, WS_SECURITY, XMLDSIG } from './names.ts'
import { refuse } from './refuse.ts'

/** A SOAP message of the kind its address takes. */
export interface Envelope {
  /** The one element of the body. */
  readonly body: XmlElement
  /** Addressed by WS-Addressing; with the identifier of the message where it has one. */
  readonly addressed?: { readonly messageId?: string }
  /** By WS-Security; whether it holds is not said here. */
  readonly signed?: true
}

export interface Arrived extends RegixAddress {
  readonly bytes: Uint8Array
  readonly maxBytes: number
  /** Of `SOAPAction` and of the media type: every action that HTTP names. */
  readonly actions: readonly string[]
}

/** Far more than any question of RegiX has. */
const LIMITS: XmlLimits = { maxElements: 5000, maxDepth: 64, maxAttributes: 64 }

/**
 * Bytes → envelope, through the gate and the one strict parser of `xml/`. Of what is said twice (in HTTP, in a header, in
 * the body) everything must agree. Refuses with `request.malformed`, `request.too-large`, `regix.soap-version`,
 * `regix.must-understand`, `regix.action`, `regix.body`.
 */
export function readEnvelope(arrived: Arrived): Envelope {
  const { envelope, actions } = parsed(arrived)
  requireActions(envelope.body, arrived, [...arrived.actions, ...actions])
  return envelope
}

function parsed(arrived: Arrived): { readonly envelope: Envelope; readonly actions: readonly string[] } {
  try {
    const { bytes } = passGate(withoutLeadingBlanks(arrived.bytes), arrived.maxBytes, LIMITS)
    return withDocument(bytes, ({ root }) => readRoot(root, arrived))
  } catch (error) {
    if (error instanceof XmlFault) throw xmlRefusal(error)
    if (error instanceof SyntaxError) throw new BrokerError('regix.body', error.message, { cause: error })
    throw error
  }
}

const xmlRefusal = (error: XmlFault): BrokerError =>
  new BrokerError(error.kind === 'too-large' ? 'request.too-large' : 'request.malformed', error.message, {
    cause: error,
  })

function readRoot(root: ParsedElement, { soap }: RegixAddress) {
  if (root.name !== 'Envelope') refuse('regix.body', 'the document is no SOAP envelope')
  if (root.namespaceUri !== SOAP[soap]) refuse('regix.soap-version', `SOAP ${soap} is spoken at this address`)
  const { body, header } = partsOf(root, SOAP[soap])
  const [asked, ...more] = elementsOnly(body) ?? []
  if (asked === undefined || more.length > 0) return refuse('regix.body', 'the Body holds one element and nothing else')
  const { actions, addressed, signed } = readHeaders((header && elementsOnly(header)) ?? [], soap)
  return {
    envelope: {
      body: plainElement(asked),
      ...(addressed === undefined ? {} : { addressed }),
      ...(signed ? { signed: true as const } : {}),
    },
    actions,
  }
}

function partsOf(root: ParsedElement, namespace: string): { body: ParsedElement; header: ParsedElement | undefined } {
  const children = elementsOnly(root)?.filter(({ namespaceUri }) => namespaceUri === namespace) ?? []
  const [[body, ...bodies], [header, ...headers]] = [named(children, 'Body'), named(children, 'Header')]
  if (body === undefined || bodies.length + headers.length > 0)
    return refuse('regix.body', 'an envelope has one Body, and one Header at most')
  return { body, header }
}

const named = (elements: readonly ParsedElement[], wanted: string): readonly ParsedElement[] =>
  elements.filter(({ name }) => name === wanted)

type SoapVersion = RegixAddress['soap']
type Addressed = Envelope['addressed']

/** Headers of WS-Addressing that mean something to a door that answers on the line. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['Action', 'To', 'MessageID', 'ReplyTo', 'FaultTo', 'From', 'RelatesTo'],
])
const ANONYMOUS = `${ADDRESSING}/anonymous`

function readHeaders(
  headers: readonly ParsedElement[],
  soap: SoapVersion,
): { readonly actions: readonly string[]; readonly addressed?: Addressed; readonly signed: boolean } {
  const own = headers.filter(({ namespaceUri, name }) => namespaceUri === ADDRESSING && UNDERSTOOD.has(name))
  const signed = headers.filter((header) => isForUs(header, soap) && isSignedSecurity(header))
  const strange = headers.find((header) => ![...own, ...signed].includes(header) && mustBeUnderstood(header, soap))
  if (strange !== undefined)
    refuse('regix.must-understand', `a header ${nameOf(strange)} that must be understood is not`)
  requireAnswerHere(own)
  const [action, messageId] = ['Action', 'MessageID'].map((wanted) => named(own, wanted)[0]?.content.trim())
  const isSigned = signed.length > 0
  if (action === undefined && messageId === undefined) return { actions: [], signed: isSigned }
  return { actions: action === undefined ? [] : [action], addressed: messageIdOf(messageId), signed: isSigned }
}

/** Does this header carry a signature of the message? */
const isSignedSecurity = (header: ParsedElement): boolean =>
  header.name === 'Security' &&
  header.namespaceUri === WS_SECURITY &&
  (elementsOnly(header) ?? []).some(({ name, namespaceUri }) => name === 'Signature' && namespaceUri === XMLDSIG)

function requireAnswerHere(own: readonly ParsedElement[]): void {
  if (new Set(own.map(({ name }) => name)).size < own.length)
    refuse('regix.action', 'a header of WS-Addressing stands twice')
  for (const { name, content } of [...named(own, 'ReplyTo'), ...named(own, 'FaultTo')])
    if (content.trim() !== ANONYMOUS) refuse('regix.action', `${name}: answers go back on the line that asked`)
}

/** It goes back as it came: anything but a plain identifier is left out. */
const messageIdOf = (text: string | undefined): { readonly messageId?: string } =>
  text !== undefined && /^[\w:./#%@+-]{1,200}$/.test(text) ? { messageId: text } : {}

const nameOf = ({ name }: ParsedElement): string => (/^[A-Za-z][\w.-]{0,60}$/.test(name) ? name : 'with a strange name')

/** SOAP 1.1 §4.2.2-3, SOAP 1.2 part 1 §5.2.2-3: what is meant for another node is none of ours. */
function isForUs(header: ParsedElement, soap: SoapVersion): boolean {
  const role = soapAttribute(header, soap, soap === '1.1' ? 'actor' : 'role') ?? ''
  return role === '' || /\/(next|ultimateReceiver)$/.test(role)
}

const mustBeUnderstood = (header: ParsedElement, soap: SoapVersion): boolean =>
  isForUs(header, soap) && readFlag(soapAttribute(header, soap, 'mustUnderstand') ?? '0') !== false

const soapAttribute = ({ attrs }: ParsedElement, soap: SoapVersion, wanted: string): string | undefined =>
  attrs.find(({ name, namespaceUri }) => name === wanted && namespaceUri === SOAP[soap])?.value

/** The element of the body says what is asked; an action that says otherwise came from somebody who rewrote one of them. */
function requireActions(body: XmlElement, { entry }: RegixAddress, actions: readonly string[]): void {
  const { namespace, action, operations } = ENTRIES[entry]
  if (body.namespace !== namespace || !Object.hasOwn(operations, body.name))
    refuse('regix.body', `${Object.keys(operations).join(', ')} in ${namespace} are asked at this address`)
  if (!actions.every((named) => named === `${action}${body.name}`))
    refuse('regix.action', 'the action is not that of the element in the Body')
}
