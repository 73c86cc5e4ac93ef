import { XmlC14NMode, XmlDocument, type XmlElement, type XmlOutputBufferHandler } from 'libxml2-wasm'
import { XmlFault } from './xml-fault.ts'

const EXCLUSIVE = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, withComments: false } as const

/** Exclusive canonical octets of the whole document, without comments. A failure is a refusal, never empty octets. */
export function canonicalOctets(document: XmlDocument): Uint8Array {
  const sink = new OctetSink()
  try {
    document.canonicalize(sink, EXCLUSIVE)
  } catch (error) {
    throw new XmlFault('malformed', 'cannot be canonicalised', { cause: error })
  }
  if (sink.octets[0] !== 0x3c) throw new XmlFault('malformed', 'canonicalised to nothing')
  return sink.octets
}

/**
 * Exclusive canonical octets of one element with everything below it. The element is **taken out** of its document:
 * re-rooting is linear in the element, where asking for each node of the whole document is not.
 */
export function canonicalOctetsOfTaken(element: XmlElement): Uint8Array {
  const own = XmlDocument.create()
  try {
    own.root = element
    return canonicalOctets(own)
  } finally {
    own.dispose()
  }
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
