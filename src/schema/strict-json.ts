import { isUtf8 } from 'node:buffer'
import type { Json } from './json.ts'

/** The bytes are no JSON that means one thing only. The message holds nothing of them. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
}

export interface JsonLimits {
  readonly maxDepth: number
  /** Members and items together. */
  readonly maxEntries: number
}

/**
 * JSON (RFC 8259) that every reader reads alike: UTF-8 without a mark, no name twice in an object however it is spelled,
 * no control characters, non-characters or lone surrogates, also not as escapes; within the limits. Throws `JsonFault`.
 */
export function readStrictJson(bytes: Uint8Array, limits: JsonLimits): Json {
  if (!isUtf8(bytes)) throw new JsonFault('not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  requirePlainCharacters(text)
  scan(text, limits)
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new JsonFault('not JSON', { cause: error })
  }
}

// What the bytes gate of XML refuses: the same application can be written in both.
const FORBIDDEN = /[^\P{Cc}\t\n\r]|\p{Noncharacter_Code_Point}|\p{Surrogate}/u

function requirePlainCharacters(text: string): void {
  if (FORBIDDEN.test(text)) throw new JsonFault('a character that is not accepted')
}

/** Text as JSON can carry it and edno reads it again: what is refused above becomes U+FFFD. */
export const plainText = (text: string): string => text.replace(new RegExp(FORBIDDEN, 'gu'), '\ufffd')

const STRUCTURE = /["{}[\],]/g

/** One pass before the parser, which takes the last of two members and recurses: names, depth, number. */
function scan(text: string, { maxDepth, maxEntries }: JsonLimits): void {
  const open: Set<string>[] = []
  let entries = 0
  STRUCTURE.lastIndex = 0
  for (let found = STRUCTURE.exec(text); found !== null; found = STRUCTURE.exec(text)) {
    const [character] = found
    if (character === '"') STRUCTURE.lastIndex = judgeText(text, found.index, open.at(-1)) + 1
    else if (character === '}' || character === ']') open.pop()
    else {
      entries += 1
      if (entries > maxEntries) throw new JsonFault(`over ${maxEntries} members and items`)
      if (character !== ',' && open.push(new Set()) > maxDepth) throw new JsonFault(`deeper than ${maxDepth}`)
    }
  }
}

/** Judges the text that starts at `start`, as a name where a colon follows; gives the index of its last quote. */
function judgeText(text: string, start: number, names: Set<string> | undefined): number {
  const end = endOfText(text, start)
  const isName = colonFollows(text, end + 1)
  const escaped = text.slice(start, end).includes('\\')
  if (!isName && !escaped) return end
  const value = escaped ? unescaped(text.slice(start, end + 1)) : text.slice(start + 1, end)
  if (escaped) requirePlainCharacters(value)
  if (isName && names !== undefined) {
    if (names.has(value)) throw new JsonFault('a member that stands twice')
    names.add(value)
  }
  return end
}

/** From one quote to the next that no escape takes; a text is read once, however long. */
function endOfText(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) throw new JsonFault('not JSON')
    let before = quote
    while (text[before - 1] === '\\') before -= 1
    if ((quote - before) % 2 === 0) return quote
    at = quote + 1
  }
}

function colonFollows(text: string, from: number): boolean {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1
  return text[at] === ':'
}

function unescaped(token: string): string {
  try {
    return JSON.parse(token) as string
  } catch (error) {
    throw new JsonFault('not JSON', { cause: error })
  }
}
