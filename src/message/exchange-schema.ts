import { existsSync, readFileSync } from 'node:fs'
import { BrokerError } from '../problem/broker-error.ts'
import { elementToJson, type ElementObject } from '../xml/element-json.ts'
import { withDocument, type XmlDocument } from '../xml/parse-xml.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { compileXsd, type SchemaMistake, type XmlSchema } from '../xml/xsd.ts'

export const NAMESPACE = 'urn:edno:exchange:1'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
/** Of one document; each costs a few microseconds before it is read. */
const MAX_ELEMENTS = 10_000

let compiled: XmlSchema | undefined

/** The schema lies beside src/ and, built, beside dist/. */
function exchangeSchema(): XmlSchema {
  if (compiled === undefined) {
    const places = ['../..', '../../..'].map((up) => new URL(`${up}/schemas/exchange.v1.xsd`, import.meta.url))
    const found = places.find((place) => existsSync(place))
    if (found === undefined) throw new BrokerError('broker.internal', 'schemas/exchange.v1.xsd is not installed')
    compiled = compileXsd(readFileSync(found))
  }
  return compiled
}

/**
 * Parses a document and judges it by the exchange schema. Gives the root's elements as JSON, without ds:Signature.
 * Refuses with `request.schema`, naming elements and what is expected, never values.
 */
export function readBySchema(bytes: Uint8Array, root: 'Application' | 'Answer'): ElementObject {
  return withDocument(bytes, (document) => {
    const mistakes = exchangeSchema().mistakes(document)
    if (mistakes.length > 0) throw new BrokerError('request.schema', describe(mistakes))
    if (document.root.name !== root) throw new BrokerError('request.schema', `the root is not ${root}`)
    return rootToJson(document)
  })
}

function rootToJson(document: XmlDocument): ElementObject {
  try {
    const read = elementToJson(document.root, {
      namespace: NAMESPACE,
      maxElements: MAX_ELEMENTS,
      leaveOut: (element) => element.namespaceUri === DSIG,
    })
    return typeof read === 'string' ? {} : read
  } catch (error) {
    if (error instanceof XmlFault) throw new BrokerError('request.schema', error.message, { cause: error })
    throw error
  }
}

function describe(mistakes: readonly SchemaMistake[]): string {
  return mistakes.map(({ path, line, expectation }) => `${path} (line ${line}): ${expectation}`).join('; ')
}
