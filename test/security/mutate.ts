import fc from 'fast-check'

/** A change of a document; positions and pieces are fractions, so that the same mutation fits every document. */
export type Mutation = (document: Buffer) => Buffer

// Spread evenly: a double of fast-check is nearly always next to 0.
const fraction = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((millionths) => millionths / 1_000_000)
const place = (at: number, length: number): number => Math.floor(at * length)
const splice = (document: Buffer, from: number, to: number, put: Uint8Array): Buffer =>
  Buffer.concat([document.subarray(0, from), put, document.subarray(to)])

/** Mostly what may stand in a document, so that not every mutant ends at the gate. */
const byte = fc.oneof(
  { arbitrary: fc.integer({ min: 0x30, max: 0x7a }), weight: 6 },
  { arbitrary: fc.integer({ min: 0, max: 255 }), weight: 1 },
)
const replaceByte = fc.tuple(fraction, byte).map(
  ([at, value]): Mutation =>
    (document) => {
      const from = place(at, document.byteLength)
      return splice(document, from, from + 1, Uint8Array.of(value))
    },
)
const insertByte = fc.tuple(fraction, byte).map(
  ([at, value]): Mutation =>
    (document) => {
      const from = place(at, document.byteLength)
      return splice(document, from, from, Uint8Array.of(value))
    },
)
const flipBit = fc.tuple(fraction, fc.nat(7)).map(
  ([at, bit]): Mutation =>
    (document) => {
      const from = place(at, document.byteLength)
      return splice(document, from, from + 1, Uint8Array.of((document[from] ?? 0) ^ (1 << bit)))
    },
)
const removeRange = fc.tuple(fraction, fc.nat(60)).map(
  ([at, length]): Mutation =>
    (document) => {
      const from = place(at, document.byteLength)
      return splice(document, from, from + length, Buffer.alloc(0))
    },
)

/** Pieces that mean something to a reader of XML or of signatures. */
const PIECES = [
  ...[
    '<!-- x -->',
    '<?x y?>',
    '<![CDATA[',
    ']]>',
    '&amp;',
    '&#x41;',
    '&lt;',
    '<',
    '>',
    '/>',
    '"',
    ' ',
    '\n',
    '\r\n',
    '\u0301',
  ],
  ...[
    '#WithComments',
    ' Id="sig-1"',
    ' Id="props-1"',
    ' URI=""',
    ' xmlns="urn:evil"',
    ' xmlns:ds="urn:evil"',
    ' xml:id="x"',
  ],
  ...[
    'rsa-sha512',
    'hmac-sha256',
    'xmlenc#sha512',
    '<ds:Object></ds:Object>',
    '<ds:Transform Algorithm=""/>',
    '0',
    '=',
    '8427029967',
  ],
]
const insertPiece = fc.tuple(fraction, fc.constantFrom(...PIECES)).map(
  ([at, piece]): Mutation =>
    (document) => {
      const from = place(at, document.byteLength)
      return splice(document, from, from, Buffer.from(piece))
    },
)

/** Tags and texts between them, as they stand. */
const tokensOf = (document: Buffer): string[] => document.toString('latin1').match(/<[^>]*>|[^<]+/g) ?? []
const joined = (tokens: readonly string[]): Buffer => Buffer.from(tokens.join(''), 'latin1')

/** From a start tag to its end tag; just itself for anything else. */
function elementAt(tokens: readonly string[], at: number): number {
  let depth = 0
  for (let index = at; index < tokens.length; index += 1) {
    const token = tokens[index] ?? ''
    if (token.startsWith('</')) depth -= 1
    else if (token.startsWith('<') && !token.endsWith('/>')) depth += 1
    if (depth <= 0) return index + 1
  }
  return tokens.length
}

type Act = 'drop' | 'double' | 'move' | 'comment' | 'wrap'
const act = fc.constantFrom<Act>('drop', 'double', 'move', 'comment', 'wrap')
const restructure = fc.tuple(fraction, fraction, act).map(
  ([at, to, what]): Mutation =>
    (document) => {
      const tokens = tokensOf(document)
      const starts = tokens.flatMap((token, index) => (token.startsWith('</') ? [] : [index]))
      const from = starts[place(at, starts.length)] ?? 0
      const element = tokens.slice(from, elementAt(tokens, from))
      const rest = [...tokens.slice(0, from), ...tokens.slice(from + element.length)]
      const target = place(to, rest.length)
      switch (what) {
        case 'drop':
          return joined(rest)
        case 'double':
          return joined([...tokens.slice(0, target), ...element, ...tokens.slice(target)])
        case 'move':
          return joined([...rest.slice(0, target), ...element, ...rest.slice(target)])
        case 'comment':
          return joined([
            ...rest.slice(0, from),
            '<!--',
            element.join('').replaceAll('--', ''),
            '-->',
            ...rest.slice(from),
          ])
        case 'wrap':
          return joined([...rest.slice(0, from), '<x>', ...element, '</x>', ...rest.slice(from)])
      }
    },
)

/** One or two changes, one after the other. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .array(fc.oneof(replaceByte, insertByte, flipBit, removeRange, insertPiece, { arbitrary: restructure, weight: 5 }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((all) => (document) => all.reduce((changed, mutate) => mutate(changed), document))
