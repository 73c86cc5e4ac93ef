import type { JwsRecipe } from '../jws-recipe.ts'
import { group } from './vector.ts'

const COMPACT = '{{header}}.{{payload}}.{{value}}'
const document = (text: string): JwsRecipe => ({ document: text })
const flattened = (text: string): JwsRecipe => ({ as: 'jws-flattened', document: text })
const MEMBERS = '"protected":"{{header}}","payload":"{{payload}}","signature":"{{value}}"'
const XML = '<Application xmlns="urn:edno:exchange:1"><Case>1</Case></Application>'

const COMPACT_BYTES = group<JwsRecipe>('request.malformed', 'jws-bytes', [
  ['padding', 'padding behind the value', document(`${COMPACT}==`)],
  ['padding-header', 'padding behind the header', document('{{header}}=.{{payload}}.{{value}}')],
  ['line-break', 'a line break at the end', document(`${COMPACT}\n`)],
  ['blank', 'a blank in front', document(` ${COMPACT}`)],
  ['folded', 'a line break in the payload', document('{{header}}.\r\n{{payload}}.{{value}}')],
  ['standard-alphabet', 'a slash', document(`${COMPACT}/`)],
  ['plus', 'a plus', document(`${COMPACT}+`)],
  ['percent', 'a percent escape', document(`${COMPACT}%3D`)],
  ['nul', 'NUL at the end', document(`${COMPACT}\u0000`)],
  ['letter', 'a Cyrillic letter that looks Latin', document(`${COMPACT}а`)],
  ['mark', 'a byte order mark', { mark: 'efbbbf' }],
  ['not-utf8', 'no UTF-8', { mark: 'ff' }],
  ['quotes', 'the JWS as a JSON text', document(`"${COMPACT}"`)],
  ['bearer', 'as it stands in another header', document(`Bearer ${COMPACT}`)],
  ['xml', 'XML under application/jose', document(XML)],
  ['json', 'the plain application under application/jose', document('{{application}}')],
  ['flattened', 'flattened under application/jose', document(`{${MEMBERS}}`)],
])

const OTHER_BYTES = group<JwsRecipe>('request.malformed', 'jws-other', [
  ['compact-as-xml', 'a JWS under application/xml', { as: 'xml' }],
  ['flattened-as-xml', 'flattened under application/xml', { as: 'xml', document: `{${MEMBERS}}` }],
  ['compact-as-flattened', 'compact under application/jose+json', flattened(COMPACT)],
  ['xml-as-flattened', 'XML under application/jose+json', flattened(XML)],
  ['double-payload', 'payload twice', flattened(`{${MEMBERS},"payload":"{{evil-payload}}"}`)],
  [
    'double-payload-escaped',
    'payload twice, once escaped',
    flattened(`{"p\\u0061yload":"{{evil-payload}}",${MEMBERS}}`),
  ],
  ['double-protected', 'protected twice', flattened(`{"protected":"e30",${MEMBERS}}`)],
  ['double-signature', 'signature twice', flattened(`{"signature":"",${MEMBERS}}`)],
  ['array', 'a list', flattened(`[{${MEMBERS}}]`)],
  ['text', 'a text', flattened(`"${COMPACT}"`)],
  ['null', 'null', flattened('null')],
  ['trailing', 'something behind', flattened(`{${MEMBERS}}x`)],
  ['two', 'two of them', flattened(`{${MEMBERS}}{${MEMBERS}}`)],
  ['comment', 'a comment', flattened(`{${MEMBERS}/* x */}`)],
  ['deep', 'deep', flattened(`{${MEMBERS},"x":{{repeat 100000|[}}}`)],
  ['wide', '60 000 members', flattened(`{${MEMBERS}{{repeat 60000|,"m§":1}}}`)],
  ['mark', 'a byte order mark', { as: 'jws-flattened', mark: 'efbbbf' }],
  ['not-utf8', 'no UTF-8', { as: 'jws-flattened', mark: 'c3' }],
  ['nul', 'NUL behind', flattened(`{${MEMBERS}}\u0000`)],
])

const MISSING = group<JwsRecipe>('signature.missing', 'jws-missing', [
  ['two-parts', 'header and payload alone', document('{{header}}.{{payload}}')],
  ['one-part', 'the payload alone', document('{{payload}}')],
  ['empty-value', 'an empty value', { value: 'empty' }],
  ['empty-value-ec', 'an empty value where P-256 is named', { by: 'ecParty', value: 'empty' }],
  ['flattened', 'no member signature', flattened('{"protected":"{{header}}","payload":"{{payload}}"}')],
  ['plain', 'the plain application', flattened('{{application}}')],
])

const FORM = group<JwsRecipe>('signature.structure', 'jws-form', [
  ['dots', 'dots alone', document('..')],
  ['four-parts', 'four parts', document(`${COMPACT}.{{value}}`)],
  ['five-parts', 'five parts, as JWE', document(`${COMPACT}.{{value}}.{{value}}`)],
  ['dot-behind', 'a dot behind', document(`${COMPACT}.`)],
  ['dot-in-front', 'a dot in front', document(`.${COMPACT}`)],
  ['many-dots', '900 000 dots', document('{{repeat 900000|.}}')],
  ['bits-value', 'bits behind the last octet of the value', { changes: [{ pattern: '.$', put: '_' }] }],
  ['length-one', 'a last letter without an octet', document(`${COMPACT}AAA`)],
  ['header-beside', 'an unprotected header', flattened(`{${MEMBERS},"header":{"kid":"1"}}`)],
  ['header-beside-alg', 'an unprotected alg', flattened(`{${MEMBERS},"header":{"alg":"none"}}`)],
  [
    'header-unprotected',
    'nothing protected',
    flattened('{"header":{"alg":"RS256"},"payload":"{{payload}}","signature":"{{value}}"}'),
  ],
  [
    'general',
    'the general serialisation',
    flattened('{"payload":"{{payload}}","signatures":[{"protected":"{{header}}","signature":"{{value}}"}]}'),
  ],
  [
    'general-two',
    'the general one with two signatures',
    flattened(
      '{"payload":"{{payload}}","signatures":[{"protected":"{{header}}","signature":"{{value}}"},{"protected":"e30","signature":""}]}',
    ),
  ],
  ['both', 'flattened and general at once', flattened(`{${MEMBERS},"signatures":[]}`)],
  ['member', 'a member nobody knows', flattened(`{${MEMBERS},"x":1}`)],
  ['prototype', 'a member __proto__', flattened(`{${MEMBERS},"__proto__":{"header":{}}}`)],
  [
    'jwe',
    'members of JWE',
    flattened('{"protected":"{{header}}","iv":"AA","ciphertext":"AA","tag":"AA","signature":"{{value}}"}'),
  ],
  [
    'payload-object',
    'a payload that is not encoded',
    flattened('{"protected":"{{header}}","payload":{{application}},"signature":"{{value}}"}'),
  ],
  [
    'payload-null',
    'a detached payload',
    flattened('{"protected":"{{header}}","payload":null,"signature":"{{value}}"}'),
  ],
  ['payload-absent', 'no payload', flattened('{"protected":"{{header}}","signature":"{{value}}"}')],
  ['protected-absent', 'no protected header', flattened('{"payload":"{{payload}}","signature":"{{value}}"}')],
  [
    'signature-list',
    'a list of values',
    flattened('{"protected":"{{header}}","payload":"{{payload}}","signature":["{{value}}"]}'),
  ],
  ['padded', 'padding', flattened('{"protected":"{{header}}","payload":"{{payload}}","signature":"{{value}}=="}')],
  [
    'standard-alphabet',
    'another alphabet',
    flattened('{"protected":"{{header}}","payload":"{{payload}}","signature":"++++"}'),
  ],
  [
    'white-space',
    'a blank in the value',
    flattened('{"protected":"{{header}}","payload":"{{payload}}","signature":"{{value}} "}'),
  ],
  ['longer-value', 'a value of 1 100 octets', document('{{header}}.{{payload}}.{{repeat 1467|A}}')],
  ['long-value', 'a value of 4 000 octets', document('{{header}}.{{payload}}.{{repeat 5336|A}}')],
])

export const JWS_FORM_ATTACKS = [
  ...COMPACT_BYTES,
  ...OTHER_BYTES,
  ...MISSING,
  ...FORM,
  ...group<JwsRecipe>('request.too-large', 'jws-size', [
    ['long', 'more than 1 MiB', document('{{header}}.{{repeat 1048576|A}}.{{value}}')],
    ['long-flattened', 'more than 1 MiB, of blanks', flattened(`{${MEMBERS}}{{repeat 1048576| }}`)],
  ]),
]
