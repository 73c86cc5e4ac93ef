import { XmlFault } from './xml-fault.ts'

/** Bounds of one document, checked while scanning. */
export interface XmlLimits {
  readonly maxElements: number
  readonly maxDepth: number
  /** Per element, namespace declarations included. */
  readonly maxAttributes: number
}

interface Progress {
  depth: number
  elements: number
  rootCloseAt: number | undefined
}

/**
 * Walks the tags of a document once, from `start` (the text holds one character a byte): refuses what edno never reads and counts the rest.
 * It is stricter than XML where a document could be read in two ways, and never the judge of well-formedness.
 */
export function scanMarkup(
  text: string,
  start: number,
  limits: XmlLimits,
): { readonly rootCloseAt: number | undefined } {
  const progress: Progress = { depth: 0, elements: 0, rootCloseAt: undefined }
  let at = text.indexOf('<', start)
  while (at !== -1) at = text.indexOf('<', passMarkup(text, at, progress, limits))
  if (progress.depth !== 0 || progress.elements === 0) throw new XmlFault('malformed', 'tags that do not match')
  return { rootCloseAt: progress.rootCloseAt }
}

/** Returns the index after the markup that starts at `at`. */
function passMarkup(text: string, at: number, progress: Progress, limits: XmlLimits): number {
  switch (text[at + 1]) {
    case '!':
      return passCommentOrCharacterData(text, at)
    case '?':
      throw new XmlFault('forbidden', 'a processing instruction')
    case '/':
      return passEndTag(text, at, progress)
    default:
      return passStartTag(text, at, progress, limits)
  }
}

function passCommentOrCharacterData(text: string, at: number): number {
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4)
  if (text.startsWith('<![CDATA[', at)) return after(text, ']]>', at + 9)
  throw new XmlFault('forbidden', 'a document type declaration')
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  if (at === -1) throw new XmlFault('malformed', 'markup without an end')
  return at + mark.length
}

function passEndTag(text: string, at: number, progress: Progress): number {
  progress.depth -= 1
  if (progress.depth < 0) throw new XmlFault('malformed', 'an end tag without a start')
  if (progress.depth === 0) progress.rootCloseAt = at
  return after(text, '>', at)
}

const NAME = /[^\t\n\r =<>"'/&]+/y
const ATTRIBUTE = /[\t\n\r ]+([^\t\n\r =<>"'/&]+)[\t\n\r ]*=[\t\n\r ]*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /[\t\n\r ]*(\/?)>/y

function passStartTag(text: string, at: number, progress: Progress, limits: XmlLimits): number {
  progress.elements += 1
  if (progress.elements > limits.maxElements) throw new XmlFault('too-complex', `over ${limits.maxElements} elements`)
  if (progress.depth >= limits.maxDepth) throw new XmlFault('too-complex', `deeper than ${limits.maxDepth} elements`)
  if (match(NAME, text, at + 1) === null) throw new XmlFault('malformed', 'a tag without a name')
  const attributesEnd = passAttributes(text, NAME.lastIndex, limits)
  const end = match(TAG_END, text, attributesEnd)
  if (end === null) throw new XmlFault('malformed', 'a tag that is not closed')
  if (end[1] === '') progress.depth += 1
  return TAG_END.lastIndex
}

function passAttributes(text: string, from: number, limits: XmlLimits): number {
  let at = from
  let count = 0
  for (;;) {
    const attribute = match(ATTRIBUTE, text, at)
    if (attribute === null) return at
    at = ATTRIBUTE.lastIndex
    count += 1
    if (count > limits.maxAttributes) throw new XmlFault('too-complex', `over ${limits.maxAttributes} attributes`)
    judgeAttribute(attribute[1] ?? '', attribute[2] ?? attribute[3] ?? '')
  }
}

const RESERVED_NAMESPACES = ['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/']
const ABSOLUTE_PLAIN_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-%(-;=?-~]+$/

/**
 * Namespace tricks (xml-signatures §6): values that a canonicaliser might escape wrongly, relative URIs, which make
 * canonicalisation fail, other meanings of xml and xmlns, and names that only look like declarations.
 */
function judgeAttribute(name: string, value: string): void {
  if (!name.toLowerCase().startsWith('xml')) return
  if (name === 'xmlns') {
    if (value !== '') requirePlainNamespace(value)
  } else if (name.startsWith('xmlns:')) {
    if (name.toLowerCase().startsWith('xmlns:xml')) throw new XmlFault('forbidden', 'a reserved namespace prefix')
    requirePlainNamespace(value)
  } else if (!name.startsWith('xml:')) {
    throw new XmlFault('forbidden', 'a reserved attribute name')
  }
}

function requirePlainNamespace(value: string): void {
  if (!ABSOLUTE_PLAIN_URI.test(value) || RESERVED_NAMESPACES.includes(value))
    throw new XmlFault('forbidden', 'a namespace that is not a plain absolute URI')
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
