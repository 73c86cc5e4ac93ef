/**
 * Why bytes are not accepted as XML. A leaf knows no problem table: rooms above map the kind to a code.
 *
 * - `too-large`: more bytes than the caller allows
 * - `encoding`: not UTF-8, or characters that no document may hold
 * - `forbidden`: DOCTYPE, processing instruction, namespace trick
 * - `too-complex`: more elements, depth or attributes than allowed
 * - `malformed`: not well-formed
 * - `content`: well-formed, but not of the expected shape (mixed content, attributes, a name that cannot be written)
 */
export type XmlFaultKind = 'too-large' | 'encoding' | 'forbidden' | 'too-complex' | 'malformed' | 'content'

/** The message never holds content of the document. */
export class XmlFault extends Error {
  override readonly name = 'XmlFault'
  readonly kind: XmlFaultKind

  constructor(kind: XmlFaultKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
