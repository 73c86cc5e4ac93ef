import type { Applicant, Application, ApplicationHead, IdentifierType, Official } from '../model/application.ts'
import type { SignedFormat, SignedContent } from '../model/exchange.ts'
import { isExchangeId, partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ElementJson, ElementObject } from '../xml/element-json.ts'
import { withDocument } from '../xml/parse-xml.ts'
import { childrenNamed, textOnly } from '../xml/tree.ts'
import { parseJson, readByJsonSchema } from './exchange-json.ts'
import { NAMESPACE, readBySchema } from './exchange-schema.ts'
import { objectAt, optionalTextAt, textAt } from './fields.ts'

const headElements = {
  exchangeId: childrenNamed(NAMESPACE, 'ExchangeId'),
  consumer: childrenNamed(NAMESPACE, 'Consumer'),
  onBehalfOf: childrenNamed(NAMESPACE, 'OnBehalfOf'),
  issuedAt: childrenNamed(NAMESPACE, 'IssuedAt'),
}

/** Reads what the line needs before the schema has its turn; what is absent, doubled or no text is `undefined`. */
export const readHead = (content: SignedContent, format: SignedFormat = 'xml'): ApplicationHead =>
  format === 'xml' ? readXmlHead(content) : readJsonHead(content)

function readXmlHead(content: SignedContent): ApplicationHead {
  return withDocument(content, ({ root }) => {
    const only = (name: keyof typeof headElements): string | undefined => {
      const [element, ...others] = headElements[name](root)
      return element === undefined || others.length > 0 ? undefined : textOnly(element)
    }
    return {
      exchangeId: only('exchangeId'),
      consumer: only('consumer'),
      onBehalfOf: only('onBehalfOf'),
      issuedAt: only('issuedAt'),
    }
  })
}

function readJsonHead(content: SignedContent): ApplicationHead {
  const members = parseJson(content) ?? {}
  const only = (name: string): string | undefined => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    return typeof value === 'string' ? value : undefined
  }
  return {
    exchangeId: only('ExchangeId'),
    consumer: only('Consumer'),
    onBehalfOf: only('OnBehalfOf'),
    issuedAt: only('IssuedAt'),
  }
}

/** The whole application, judged by the exchange schema; refuses with `request.schema` naming elements, never values. */
export function readApplication(content: SignedContent, format: SignedFormat = 'xml'): Application {
  const read = format === 'xml' ? readBySchema(content, 'Application') : readByJsonSchema(content, 'Application')
  const exchangeId = textAt(read, 'ExchangeId')
  if (!isExchangeId(exchangeId)) throw new BrokerError('request.schema', 'Application/ExchangeId: not a UUID')
  const service = objectAt(read, 'Service')
  const onBehalfOf = optionalTextAt(read, 'OnBehalfOf')
  const hiddenUntil = optionalTextAt(read, 'HiddenUntil')
  const applicantDocument = optionalTextAt(read, 'ApplicantDocument')
  return {
    exchangeId,
    consumer: partyId(textAt(read, 'Consumer')),
    issuedAt: textAt(read, 'IssuedAt'),
    service: { id: textAt(service, 'Id'), version: Number(textAt(service, 'Version')) },
    case: textAt(read, 'Case'),
    official: readOfficial(objectAt(read, 'Official')),
    legalBasis: textAt(read, 'LegalBasis'),
    applicant: readApplicant(objectAt(read, 'Applicant')),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf: partyId(onBehalfOf) }),
    ...(hiddenUntil === undefined ? {} : { hiddenUntil }),
    ...(applicantDocument === undefined ? {} : { applicantDocument: applicantDocument.replace(/\s+/g, '') }),
    body: readBody(objectAt(read, 'Body')),
  }
}

function readOfficial(from: ElementObject): Official {
  return { identifier: textAt(from, 'Identifier'), names: textAt(from, 'Names'), position: textAt(from, 'Position') }
}

const IDENTIFIER_FORM: Readonly<Record<IdentifierType, RegExp>> = {
  egn: /^\d{10}$/,
  lnch: /^\d{10}$/,
  eik: /^(?:\d{9}|\d{13})$/,
}
const isIdentifierType = (text: string): text is IdentifierType => Object.hasOwn(IDENTIFIER_FORM, text)

/** XSD 1.0 cannot make one element's form depend on another. */
function readApplicant(from: ElementObject): Applicant {
  const identifierType = textAt(from, 'IdentifierType')
  const identifier = textAt(from, 'Identifier')
  if (!isIdentifierType(identifierType) || !IDENTIFIER_FORM[identifierType].test(identifier))
    throw new BrokerError('request.schema', 'Application/Applicant/Identifier: not of the form of its IdentifierType')
  return { identifierType, identifier, names: textAt(from, 'Names') }
}

const MEMBER = /^[a-z][A-Za-z0-9]*$/

/** Members in lower camel case: names that mean something to an object of the language never become members. */
function readBody(body: ElementObject): ElementObject {
  for (const [name, value] of Object.entries(body)) {
    if (!MEMBER.test(name) || name in Object.prototype)
      throw new BrokerError('request.schema', 'Application/Body: element names in lower camel case are expected')
    for (const item of itemsOf(value)) if (typeof item === 'object') readBody(item)
  }
  return body
}

const itemsOf = (value: ElementJson | readonly ElementJson[]): readonly ElementJson[] =>
  Array.isArray(value) ? (value as readonly ElementJson[]) : [value as ElementJson]
