import fc from 'fast-check'
import { type Mutation, mutations } from './mutate.ts'

const fraction = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((millionths) => millionths / 1_000_000)
const place = (at: number, length: number): number => Math.floor(at * length)
const inserted = (text: string, at: number, piece: string): string => {
  const from = place(at, text.length)
  return text.slice(0, from) + piece + text.slice(from)
}

/** What stands between quotes and dots: the three parts, in either serialisation. */
const PART = /[A-Za-z0-9_-]{20,}|(?<=\.)[A-Za-z0-9_-]+/g
const partsOf = (text: string): readonly RegExpExecArray[] => [...text.matchAll(PART)]

/** Changes one part, as its octets say it, and encodes it again; or as it is spelled. */
const onPart = (change: (part: string, at: number) => string) =>
  fc.tuple(fraction, fraction).map(
    ([which, at]): Mutation =>
      (document) => {
        const text = document.toString('latin1')
        const parts = partsOf(text)
        const part = parts[place(which, parts.length)]
        if (part === undefined) return document
        const [spelled] = part
        return Buffer.from(
          text.slice(0, part.index) + change(spelled, at) + text.slice(part.index + spelled.length),
          'latin1',
        )
      },
  )
const inside = (change: (content: string, at: number) => string) =>
  onPart((part, at) =>
    Buffer.from(change(Buffer.from(part, 'base64url').toString('latin1'), at), 'latin1').toString('base64url'),
  )

/** Pieces that mean something to a reader of JSON, of headers, of applications. */
const PIECES = [
  ...['"', '\\', ',', ':', '{', '}', '[', ']', ' ', '\n', '\t', '0', 'null', '\\u0041', '\\u0000', '\\ud83d', '/**/'],
  ...['"alg":"none",', '"kid":"1",', '"b64":false,', '"crit":[],', '"jku":"https://127.0.0.1",', '"cty":"json",'],
  ...['"Consumer":"vidin",', '"__proto__":{},', '"OnBehalfOf":null,', 'none', 'HS256', 'ES256', 'RS512', '8427029967'],
]
const insideInsert = fc.constantFrom(...PIECES).chain((piece) => inside((content, at) => inserted(content, at, piece)))
const insideReplace = fc.integer({ min: 0x20, max: 0x7a }).chain((code) =>
  inside((content, at) => {
    const from = place(at, content.length)
    return content.slice(0, from) + String.fromCharCode(code) + content.slice(from + 1)
  }),
)
const insideRemove = fc
  .nat(40)
  .chain((length) =>
    inside(
      (content, at) => content.slice(0, place(at, content.length)) + content.slice(place(at, content.length) + length),
    ),
  )
const spelling = fc
  .constantFrom('=', '.', '+', '/', '\n', 'A', '..', '"')
  .chain((piece) => onPart((part, at) => inserted(part, at, piece)))
/** The one that holds bits which no octet has. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const lastLetter = fc.nat(63).chain((at) => onPart((part) => part.slice(0, -1) + (ALPHABET[at] ?? 'A')))

/** One part in the place of another, or taken out. */
const exchange = fc.tuple(fraction, fraction).map(
  ([from, to]): Mutation =>
    (document) => {
      const text = document.toString('latin1')
      const parts = partsOf(text).map(([part]) => part)
      const [one = '', other = ''] = [parts[place(from, parts.length)], parts[place(to, parts.length)]]
      return Buffer.from(text.replace(one, one === other ? '' : other), 'latin1')
    },
)

/** White space and members around the parts: a flattened JWS may be spelled in many ways. */
const around = fc.tuple(fraction, fc.constantFrom(' ', '\n', '\t', ',"header":{}', ',"x":1', '"payload":"e30",')).map(
  ([at, piece]): Mutation =>
    (document) => {
      const text = document.toString('latin1')
      const seams = [...text.matchAll(/[{}:,.]|$/g)].map(({ index }) => index)
      const seam = seams[place(at, seams.length)] ?? 0
      return Buffer.from(text.slice(0, seam) + piece + text.slice(seam), 'latin1')
    },
)

/** One or two changes, one after the other: some of any document, most of a JWS. */
export const jwsMutations: fc.Arbitrary<Mutation> = fc
  .array(
    fc.oneof(mutations, insideInsert, insideReplace, insideRemove, spelling, lastLetter, exchange, {
      arbitrary: around,
      weight: 3,
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((all) => (document) => all.reduce((changed, mutate) => mutate(changed), document))
