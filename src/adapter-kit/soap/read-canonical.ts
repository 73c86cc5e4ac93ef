import { readFlag, type XmlElement } from './xml-element.ts'

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** While it is read. */
interface Growing extends XmlElement {
  readonly children: XmlElement[]
  text: string
}

/** Prefix → namespace; the default one under the empty prefix. */
type Scope = ReadonlyMap<string, string>

/** Elements that have begun and not ended, each with what prefixes mean in it; the first stands for the document. */
interface Open {
  readonly elements: Growing[]
  readonly scopes: Scope[]
}

/** Canonical XML has one spelling: a blank before each attribute, double quotes, no empty tag, no comment. */
const TAG = /<(\/?)([^\s/>]+)((?: [^\s=]+="[^"]*")*)>/y
const ATTRIBUTE = / ([^\s=]+)="([^"]*)"/y
const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({})

/**
 * Canonical octets → plain data. Only for what the parser of `xml/` wrote itself: what it says is taken as it stands, and
 * nothing is judged a second time but nil. Nothing is copied on the way: every answer of RegiX passes here.
 *
 * @throws RangeError where it is not canonical XML, SyntaxError for an element that says two things, or nothing, of its nil.
 */
export function readCanonical(octets: Uint8Array): XmlElement {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('utf8')
  const document: Growing = { name: '', namespace: '', attributes: NO_ATTRIBUTES, nil: false, children: [], text: '' }
  const open: Open = { elements: [document], scopes: [new Map()] }
  for (let at = 0; at < text.length; at = TAG.lastIndex) {
    const next = text.indexOf('<', at)
    if (next > at) addText(open, text.slice(at, next))
    passTag(open, text, next)
  }
  const [root, ...more] = document.children
  if (root === undefined || more.length > 0 || open.elements.length !== 1 || document.text !== '') throw notCanonical()
  return root
}

const notCanonical = (): RangeError => new RangeError('not canonical')

function addText({ elements }: Open, text: string): void {
  const inside = elements.at(-1)
  if (inside !== undefined) inside.text += unescaped(text)
}

function passTag(open: Open, text: string, at: number): void {
  TAG.lastIndex = at
  const tag = at === -1 ? null : TAG.exec(text)
  if (tag === null) throw notCanonical()
  if (tag[1] === '') begin(open, tag[2] ?? '', tag[3] ?? '')
  else end(open)
}

function begin({ elements, scopes }: Open, name: string, written: string): void {
  const pairs = written === '' ? [] : pairsIn(written)
  const outer = scopes.at(-1) ?? new Map<string, string>()
  const scope = pairs.some(isDeclaration) ? withDeclared(outer, pairs) : outer
  const colon = name.indexOf(':')
  elements.push({
    name: name.slice(colon + 1),
    namespace: scope.get(colon === -1 ? '' : name.slice(0, colon)) ?? '',
    attributes: pairs.length === 0 ? NO_ATTRIBUTES : Object.fromEntries(pairs.filter(isPlain)),
    nil: pairs.length > 0 && isNil(pairs, scope),
    children: [],
    text: '',
  })
  scopes.push(scope)
}

function end({ elements, scopes }: Open): void {
  const ended = elements.pop()
  const parent = elements.at(-1)
  scopes.pop()
  if (ended === undefined || parent === undefined) throw notCanonical()
  // Whoever passes over the nil would miss a value, whoever passes over the value a nil.
  if (ended.nil && (ended.children.length > 0 || ended.text.trim() !== ''))
    throw new SyntaxError('a nil element has content')
  parent.children.push(ended)
}

type Pair = readonly [name: string, value: string]

function pairsIn(written: string): Pair[] {
  const pairs: Pair[] = []
  ATTRIBUTE.lastIndex = 0
  for (let pair = ATTRIBUTE.exec(written); pair !== null; pair = ATTRIBUTE.exec(written))
    pairs.push([pair[1] ?? '', unescaped(pair[2] ?? '')])
  return pairs
}

const isDeclaration = ([name]: Pair): boolean => name === 'xmlns' || name.startsWith('xmlns:')
/** Of no namespace. */
const isPlain = ([name]: Pair): boolean => name !== 'xmlns' && !name.includes(':')

function withDeclared(outer: Scope, pairs: readonly Pair[]): Scope {
  const scope = new Map(outer)
  for (const pair of pairs) if (isDeclaration(pair)) scope.set(pair[0].slice('xmlns:'.length), pair[1])
  return scope
}

function isNil(pairs: readonly Pair[], scope: Scope): boolean {
  const said = pairs.find(([name]) => name.endsWith(':nil') && scope.get(name.slice(0, -':nil'.length)) === XSI)
  const nil = said === undefined ? false : readFlag(said[1])
  if (nil === undefined) throw new SyntaxError('an element is neither nil nor not nil')
  return nil
}

const CHARACTERS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x9;': '\t',
  '&#xA;': '\n',
  '&#xD;': '\r',
}

const unescaped = (text: string): string =>
  text.includes('&') ? text.replace(/&[^;]*;/g, (reference) => CHARACTERS[reference] ?? reference) : text
