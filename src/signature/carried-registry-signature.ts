import { BrokerError } from '../problem/broker-error.ts'
import { passGate, withoutLeadingBlanks } from '../xml/bytes-gate.ts'
import { withDocument, type XmlDocument, type XmlElement } from '../xml/parse-xml.ts'
import { childrenNamed, elementsNamed, textOnly } from '../xml/tree.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { DSIG } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'

/** What an answer of RegiX brings along beside its `Data`; nothing of it is proven, and whose the certificates are it cannot say. */
export interface CarriedRegistrySignature {
  /** Of `Data`: which entry point answered. */
  readonly namespace: string
  /** DER, in their order. */
  readonly certificates: readonly Uint8Array[]
}

const MAX_CERTIFICATE_OCTETS = 8192
const MOST_CERTIFICATES = 8
const allSignatures = elementsNamed(DSIG, 'Signature')
const certificatesIn = elementsNamed(DSIG, 'X509Certificate')

/** Undefined where the answer is no XML, or has no signature beside a `Data`: other registries sign in other ways, or not at all. */
export function readCarriedRegistrySignature(raw: Uint8Array, maxBytes: number): CarriedRegistrySignature | undefined {
  try {
    return withDocument(passGate(withoutLeadingBlanks(raw), maxBytes).bytes, readIn)
  } catch (error) {
    if (error instanceof XmlFault || error instanceof BrokerError) return undefined
    throw error
  }
}

function readIn(document: XmlDocument): CarriedRegistrySignature | undefined {
  const [data] = allSignatures(document).flatMap(dataBeside)
  if (data === undefined) return undefined
  const certificates = certificatesIn(document)
    .slice(0, MOST_CERTIFICATES)
    .flatMap((element) => decodeBase64(textOnly(element) ?? '', MAX_CERTIFICATE_OCTETS) ?? [])
  return { namespace: data.namespaceUri, certificates }
}

function dataBeside({ parent }: XmlElement): readonly XmlElement[] {
  return parent === null ? [] : NAMESPACES.flatMap((inEntry) => inEntry(parent))
}

/** Of the two entry points of RegiX. */
const NAMESPACES = ['http://egov.bg/RegiX/SignedData', 'http://tempuri.org/'].map((each) => childrenNamed(each, 'Data'))
