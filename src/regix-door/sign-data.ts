import { canonicalOctets } from '../xml/canonicalise.ts'
import { withDocument } from '../xml/parse-xml.ts'
import type { RegixForm } from '../model/regix.ts'
import { ENTRIES, XSI } from './names.ts'

/** Makes the signature element over the octets of the element with this id. */
export type SignPart = (octets: Uint8Array, id: string) => string

const START = '<Data id="data">'
const END = '</Data>'

/**
 * The answer with `Data` signed beside it, where that was asked for and there is something to sign. The octets are those of
 * exclusive canonical XML, which takes no namespace of the envelope along, so that it verifies where it stands.
 */
export function signData(
  text: string,
  { entry, signResult }: Pick<RegixForm, 'entry' | 'signResult'>,
  sign: SignPart,
): string {
  const from = text.indexOf(START)
  // Inside what is answered another element may be called so; ours ends last, and nothing after it holds markup of others.
  const until = text.lastIndexOf(END) + END.length
  if (!signResult || from === -1 || !text.includes('<Response id="response">')) return text
  const alone = `<Data xmlns="${ENTRIES[entry].data}" xmlns:xsi="${XSI}" id="data">${text.slice(from + START.length, until)}`
  const octets = withDocument(Buffer.from(alone), (document) => canonicalOctets(document))
  return text.slice(0, until) + sign(octets, 'data') + text.slice(until)
}
