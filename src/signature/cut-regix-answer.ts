/** Of `Data` at the entry point of today; the older one has another. */
const SIGNED_DATA = 'http://egov.bg/RegiX/SignedData'
/** What .NET declares on a document of its own, which `Data` was when it was signed. */
const signedUnder = (namespace: string): string =>
  `<ServiceResultData xmlns="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
  `xmlns:xsd="http://www.w3.org/2001/XMLSchema">`

const DATA = /<((?:[A-Za-z_][\w.-]*:)?)Data[\s>]/
const SIGNATURE = /<((?:[A-Za-z_][\w.-]*:)?)Signature[\s>]/

/**
 * `Data` and the signature beside it, byte for byte, under the declarations under which they were signed and no others: inside an
 * envelope inclusive canonicalisation takes those of the envelope, too. A cut in the wrong place is a signature that does not hold.
 */
export function cutRegixAnswer(gated: Uint8Array, namespace = SIGNED_DATA): Uint8Array | undefined {
  // One character a byte.
  const text = Buffer.from(gated).toString('latin1')
  const data = DATA.exec(text)
  const dataEnd = data === null ? -1 : endOf(text, `</${data[1] ?? ''}Data>`)
  if (data === null || dataEnd < data.index) return undefined
  const behind = text.slice(dataEnd)
  const signature = SIGNATURE.exec(behind)
  const signatureEnd = signature === null ? -1 : endOf(behind, `</${signature[1] ?? ''}Signature>`)
  if (signature === null || signatureEnd < signature.index) return undefined
  const cut = text.slice(data.index, dataEnd) + behind.slice(signature.index, signatureEnd)
  return Buffer.from(`${signedUnder(namespace)}${cut}</ServiceResultData>`, 'latin1')
}

/** Behind the last of these tags; -1 where there is none. */
function endOf(text: string, tag: string): number {
  const at = text.lastIndexOf(tag)
  return at === -1 ? -1 : at + tag.length
}
