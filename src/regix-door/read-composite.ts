import type { XmlElement } from '../adapter-kit/soap/xml-element.ts'
import type { Applicant } from '../model/application.ts'
import type { Json, JsonObject } from '../model/json.ts'
import { refuse } from './refuse.ts'

/** What an application says of a service, for those who sign none. */
export interface CompositeQuestion {
  readonly applicant: Applicant
  readonly applicantDocument?: string
  readonly body: JsonObject
}

const NAMESPACE = 'urn:edno:exchange:1'
const MEMBER = /^[a-z][A-Za-z0-9]*$/

/**
 * The argument of `Edno.Composite.<service>`: `Question` in edno's namespace with the `Applicant`, `ApplicantDocument` and
 * `Body` of an application (exchange.v1.xsd). Refuses with `regix.argument`; the body itself is judged by its service.
 */
export function readComposite(argument: XmlElement): CompositeQuestion {
  if (argument.name !== 'Question' || argument.namespace !== NAMESPACE)
    return refuse('regix.argument', `Question in ${NAMESPACE} is expected`)
  const members = only(argument, ['Applicant', 'ApplicantDocument', 'Body'])
  const [applicant, body] = [members.get('Applicant'), members.get('Body')]
  if (applicant === undefined || body === undefined)
    return refuse('regix.argument', 'Question: Applicant and Body are expected')
  const content = contentOf(body)
  const document = members.get('ApplicantDocument')
  return {
    applicant: applicantOf(applicant),
    ...(document === undefined ? {} : { applicantDocument: documentOf(document) }),
    body: typeof content === 'object' ? (content as JsonObject) : {},
  }
}

/** As much as an application may bring. */
const MOST_OF_DOCUMENT = 524_288
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function documentOf(element: XmlElement): string {
  const document = requirePlain(element).text.replaceAll(/\s+/g, '')
  if (element.children.length > 0 || !BASE64.test(document) || Buffer.byteLength(document, 'base64') > MOST_OF_DOCUMENT)
    return refuse('regix.argument', `ApplicantDocument: base64 of at most ${MOST_OF_DOCUMENT} bytes is expected`)
  return document
}

/** What is said where nobody reads it is not passed over. Attributes of other namespaces (`xsi:type`) are the stack's, not the caller's. */
function requirePlain(element: XmlElement): XmlElement {
  if (Object.keys(element.attributes).length > 0 || (element.children.length > 0 && element.text.trim() !== ''))
    refuse('regix.argument', 'Question: neither attributes nor text beside elements are expected')
  return element
}

function only(parent: XmlElement, names: readonly string[]): ReadonlyMap<string, XmlElement> {
  requirePlain(parent)
  const members = new Map(parent.children.map((child) => [child.name, child]))
  const isExpected = parent.children.every(({ name, namespace }) => namespace === NAMESPACE && names.includes(name))
  if (!isExpected || members.size < parent.children.length || parent.text.trim() !== '')
    refuse('regix.argument', `${parent.name}: ${names.join(', ')} are expected, each once`)
  return members
}

const NAMES = /^[^\n\r]{1,200}$/u

function applicantOf(element: XmlElement): Applicant {
  const members = only(element, ['IdentifierType', 'Identifier', 'Names'])
  const textOf = (name: string): string => members.get(name)?.text.trim() ?? ''
  const identifierType = textOf('IdentifierType')
  if (identifierType !== 'egn' && identifierType !== 'lnch' && identifierType !== 'eik')
    return refuse('regix.argument', 'Applicant/IdentifierType: egn, lnch or eik is expected')
  const names = textOf('Names')
  if (!NAMES.test(names))
    return refuse('regix.argument', 'Applicant/Names: one line of at most 200 characters is expected')
  return { identifierType, identifier: textOf('Identifier'), names }
}

/** Element = member, repetition = list, as in a signed application. */
function contentOf(element: XmlElement): Json {
  const { children, text } = requirePlain(element)
  if (children.length === 0) return text
  const members = new Map<string, Json[]>()
  for (const child of children) {
    if (child.namespace !== NAMESPACE || !MEMBER.test(child.name) || child.name in Object.prototype)
      refuse('regix.argument', `Body: elements of ${NAMESPACE} with names in lower camel case are expected`)
    members.set(child.name, [...(members.get(child.name) ?? []), contentOf(child)])
  }
  return Object.fromEntries(
    [...members].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}
