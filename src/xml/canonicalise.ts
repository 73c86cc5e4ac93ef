import { XmlC14NMode, XmlDocument, type XmlElement, type XmlOutputBufferHandler } from 'libxml2-wasm'
import { XmlFault } from './xml-fault.ts'

/** Exclusive XML Canonicalization 1.0, with what a signature may say about it. */
export interface Canonicalisation {
  readonly withComments: boolean
  /** Plain prefixes of InclusiveNamespaces: their declarations are written wherever they are in scope. */
  readonly prefixes: readonly string[]
}

const PLAIN: Canonicalisation = { withComments: false, prefixes: [] }

/** Exclusive canonical octets of the whole document. */
export function canonicalOctets(document: XmlDocument, how: Canonicalisation = PLAIN): Uint8Array {
  return octetsOf((sink) =>
    document.canonicalize(sink, {
      mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
      withComments: how.withComments,
      ...(how.prefixes.length === 0 ? {} : { inclusiveNamespacePrefixes: [...how.prefixes] }),
    }),
  )
}

/**
 * Exclusive canonical octets of one element with everything below it. The element is **taken out** of its document:
 * re-rooting is linear in the element, where asking for each node of the whole document is not.
 */
export function canonicalOctetsOfTaken(element: XmlElement, how: Canonicalisation = PLAIN): Uint8Array {
  for (const prefix of how.prefixes) bringAlong(element, prefix)
  const own = XmlDocument.create()
  try {
    own.root = element
    return canonicalOctets(own, how)
  } finally {
    own.dispose()
  }
}

/** Canonical XML 1.0 or its exclusive form, without comments. */
export type SubtreeMode = 'inclusive' | 'exclusive'

/**
 * Canonical octets of one element with everything below it, where it stands: in the inclusive form declarations of all
 * ancestors belong to it (Canonical XML 1.0 §2.4). Its time grows with the whole document: for small ones.
 */
export function canonicalOctetsInPlace(element: XmlElement, mode: SubtreeMode): Uint8Array {
  return octetsOf((sink) =>
    element.canonicalize(sink, {
      mode: mode === 'inclusive' ? XmlC14NMode.XML_C14N_1_0 : XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
    }),
  )
}

/** A failure is a refusal, never empty octets. */
function octetsOf(canonicalise: (sink: XmlOutputBufferHandler) => void): Uint8Array {
  const sink = new OctetSink()
  try {
    canonicalise(sink)
  } catch (error) {
    throw new XmlFault('malformed', 'cannot be canonicalised', { cause: error })
  }
  if (sink.octets[0] !== 0x3c) throw new XmlFault('malformed', 'canonicalised to nothing')
  return sink.octets
}

/** A declaration that an ancestor made is in scope of the element; alone, the element has to make it itself. */
function bringAlong(element: XmlElement, prefix: string): void {
  const namespace = element.namespaceForPrefix(prefix)
  if (namespace !== null && element.nsDeclarations[prefix] === undefined) element.addNsDeclaration(namespace, prefix)
}

class OctetSink implements XmlOutputBufferHandler {
  readonly #chunks: Buffer[] = []
  octets: Buffer = Buffer.alloc(0)

  write(chunk: Uint8Array): number {
    this.#chunks.push(Buffer.from(chunk))
    return chunk.byteLength
  }

  close(): boolean {
    this.octets = this.#chunks.length === 1 ? (this.#chunks[0] ?? this.octets) : Buffer.concat(this.#chunks)
    return true
  }
}
