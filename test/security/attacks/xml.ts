import { before, cut, group, inRoot, put, text } from './vector.ts'

const octets = (hex: string) => ({ octets: { before: '</Case>', hex } })

const NOT_XML = group('request.malformed', 'well-formedness', [
  ['empty', 'no bytes at all', text('')],
  ['text', 'text that is not XML', text('заявление')],
  ['json', 'JSON', text('{"Application":{}}')],
  ['truncated', 'the document ends in the middle', cut('<.ds:Signature></Application>$')],
  ['second-root', 'a second root element', text('{{sealed}}<evil/>')],
  ['second-application', 'a second Application after the first', text('{{sealed}}{{evil}}')],
  ['first-application', 'another Application before the signed one', text('{{evil}}{{sealed}}')],
  ['trailing-text', 'text after the root', text('{{sealed}}evil')],
  ['leading-text', 'text before the root', text('evil{{sealed}}')],
  ['unclosed', 'an element that is not closed', inRoot('<evil>')],
  ['crossed', 'end tags that cross', inRoot('<a><b></a></b>')],
  ['unquoted', 'an attribute value without quotes', put('<Case>', '<Case a=b>')],
  ['doubled-attribute', 'the same attribute twice', put('<Case>', '<Case a="1" a="2">')],
  [
    'doubled-qualified-attribute',
    'the same attribute twice by two prefixes of one namespace',
    put('<Case>', '<Case xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2">'),
  ],
  ['less-than-in-attribute', '"<" in an attribute value', put('<Case>', '<Case a="<">')],
  ['bare-ampersand', 'an ampersand that starts no reference', inRoot('<evil>&</evil>')],
  ['unknown-entity', 'an entity that nobody declared', inRoot('<evil>&nope;</evil>')],
  ['html-entity', 'an entity of HTML', inRoot('<evil>&copy;</evil>')],
  ['cdata-end', ']]> in text', inRoot('<evil>]]></evil>')],
  ['dashes-in-comment', '-- in a comment', inRoot('<!-- a -- b -->')],
  ['unclosed-comment', 'a comment without an end', inRoot('<!-- ')],
  ['unclosed-cdata', 'character data without an end', inRoot('<![CDATA[ ')],
  ['unbound-prefix', 'a prefix without a namespace', inRoot('<evil:a/>')],
])

const ROOT = group('request.malformed', 'root', [
  [
    'other-root',
    'another element of the namespace as root',
    {
      document: '{{sealed}}',
      changes: [
        { find: 'Application>', put: 'Answer>', all: true },
        { find: '<Application ', put: '<Answer ' },
      ],
    },
  ],
  ['other-namespace', 'the root in another namespace', put('urn:edno:exchange:1', 'urn:edno:exchange:2')],
  ['no-namespace', 'the root in no namespace', put(' xmlns="urn:edno:exchange:1"', '')],
  ['wrapped-root', 'the signed document inside a wrapper', text('<Wrapper>{{sealed}}</Wrapper>')],
  [
    'soap',
    'the signed document in a SOAP envelope',
    text('<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{{sealed}}</e:Body></e:Envelope>'),
  ],
  ['signature-as-root', 'an enveloping signature', text('{{signature}}')],
])

const entity = (name: string, of: string): string => `<!ENTITY ${name} "{{repeat 10|&${of};}}">`

const DECLARATIONS = group('request.malformed', 'doctype-and-instructions', [
  ['doctype', 'a bare DOCTYPE', text('<!DOCTYPE Application>{{sealed}}')],
  ['doctype-lower-case', 'a DOCTYPE in lower case', text('<!doctype Application>{{sealed}}')],
  [
    'doctype-external',
    'an external entity',
    put('<Case>', '<Case>&x;', '<!DOCTYPE Application [<!ENTITY x SYSTEM "file:///etc/hostname">]>{{sealed}}'),
  ],
  [
    'doctype-parameter',
    'a parameter entity',
    text('<!DOCTYPE Application [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p">%p;]>{{sealed}}'),
  ],
  [
    'doctype-bomb',
    'entities that expand into each other',
    put(
      '<Case>',
      '<Case>&h;',
      `<!DOCTYPE Application [<!ENTITY a "aaaaaaaaaa">${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, at) => entity(name, 'abcdefg'[at] ?? '')).join('')}]>{{sealed}}`,
    ),
  ],
  [
    'doctype-default',
    'an attribute by default',
    text('<!DOCTYPE Application [<!ATTLIST Case evil CDATA "1">]>{{sealed}}'),
  ],
  ['doctype-after', 'a DOCTYPE inside the root', inRoot('<!DOCTYPE x>')],
  ['instruction-first', 'a processing instruction before the root', text('<?xml-stylesheet href="x"?>{{sealed}}')],
  ['instruction-inside', 'a processing instruction that splits a value', put('8427029967', '84270<?x 29967?>')],
  ['instruction-in-digest', 'a processing instruction inside DigestValue', before('</ds:DigestValue>', '<?x 0?>')],
  [
    'instruction-in-properties',
    'a processing instruction inside SignedProperties',
    before('</xades:SigningTime>', '<?x 0?>', '{{xades}}'),
  ],
  ['instruction-last', 'a processing instruction after the root', text('{{sealed}}<?x y?>')],
  ['late-declaration', 'white space before the XML declaration', text('\n<?xml version="1.0"?>{{sealed}}')],
  ['two-declarations', 'two XML declarations', text('<?xml version="1.0"?><?xml version="1.0"?>{{sealed}}')],
  ['xml-1-1', 'XML 1.1', text('<?xml version="1.1"?>{{sealed}}')],
])

const ENCODINGS = group('request.malformed', 'encoding', [
  ['declared-latin', 'a declaration of ISO-8859-1', text('<?xml version="1.0" encoding="ISO-8859-1"?>{{sealed}}')],
  ['declared-1251', 'a declaration of windows-1251', text('<?xml version="1.0" encoding="windows-1251"?>{{sealed}}')],
  ['declared-utf-7', 'a declaration of UTF-7', text('<?xml version="1.0" encoding="UTF-7"?>{{sealed}}')],
  ['declared-utf-16', 'a declaration of UTF-16', text('<?xml version="1.0" encoding="UTF-16"?>{{sealed}}')],
  ['utf-16', 'UTF-16 with its mark', { encoding: 'utf16le', mark: 'fffe' }],
  ['utf-16-bare', 'UTF-16 without a mark', { encoding: 'utf16le' }],
  ['two-marks', 'two byte order marks', { mark: 'efbbbfefbbbf' }],
  ['overlong', 'an overlong form', octets('c0af')],
  ['lone-byte', 'half a character', octets('d0')],
  ['surrogate', 'a surrogate in UTF-8', octets('eda080')],
  ['nul', 'U+0000', octets('00')],
  ['control', 'U+0001', octets('01')],
  ['delete', 'U+007F', octets('7f')],
  ['control-c1', 'U+0085', octets('c285')],
  ['non-character', 'U+FFFE', octets('efbfbe')],
  ['non-character-inner', 'U+FDD0', octets('efb790')],
  ['non-character-astral', 'U+1FFFF', octets('f09fbfbf')],
  ['reference-nul', 'U+0000 as a reference', before('</Case>', '&#0;')],
  ['reference-control', 'U+0001 as a reference', before('</Case>', '&#x1;')],
  ['reference-surrogate', 'a surrogate as a reference', before('</Case>', '&#xD800;')],
  ['reference-non-character', 'U+FFFF as a reference', before('</Case>', '&#xFFFF;')],
  ['reference-beyond', 'a reference beyond Unicode', before('</Case>', '&#x110000;')],
])

const NAMESPACES = group('request.malformed', 'namespace', [
  ['quote', 'a namespace that holds a quotation mark', put('<Case>', `<Case xmlns:p='urn:p" evil="1'>`)],
  ['quote-reference', 'the same as a reference', put('<Case>', '<Case xmlns:p="urn:p&quot; evil=&quot;1">')],
  ['space', 'a namespace with white space', put('<Case>', '<Case xmlns:p="urn:p q">')],
  ['relative', 'a relative namespace', put('<Case>', '<Case xmlns:p="foo/bar">')],
  ['number', 'a namespace that is a number', put('<Case>', '<Case xmlns:ns="1">')],
  ['relative-root', 'a relative namespace in force everywhere', put('<Application ', '<Application xmlns:ns="1" ')],
  ['empty-prefix', 'a prefix bound to nothing', put('<Case>', '<Case xmlns:p="">')],
  ['xml-rebound', 'another meaning of xml', put('<Case>', '<Case xmlns:xml="urn:evil">')],
  ['xmlns-rebound', 'another meaning of xmlns', put('<Case>', '<Case xmlns:xmlns="urn:evil">')],
  [
    'xml-alias',
    'another prefix for the namespace of xml',
    put('<Case>', '<Case xmlns:p="http://www.w3.org/XML/1998/namespace">'),
  ],
  ['reserved-prefix', 'a prefix that begins with xml', put('<Case>', '<Case xmlns:xmlevil="urn:evil">')],
  ['not-a-declaration', 'an attribute that only looks like a declaration', put('<Case>', '<Case xmlnsrole="admin">')],
  ['not-a-declaration-upper-case', 'the same in capitals', put('<Case>', '<Case XMLNSrole="admin">')],
])

const MALFORMED_BOMBS = group('request.malformed', 'bomb', [
  ['depth-65', 'one level deeper than allowed', inRoot('{{repeat 64|<a>}}{{repeat 64|</a>}}')],
  ['depth-100000', 'a hundred thousand levels', inRoot('{{repeat 100000|<a>}}{{repeat 100000|</a>}}')],
  ['depth-open', 'levels that are never closed', inRoot('{{repeat 200000|<a>}}')],
  ['elements', 'more elements than allowed', inRoot('{{repeat 50001|<a/>}}')],
  ['attributes', 'more attributes than allowed', put('<Case>', '<Case{{repeat 65| a§="1"}}>')],
  ['attributes-many', 'ten thousand attributes', put('<Case>', '<Case{{repeat 10000| a§="1"}}>')],
  [
    'namespaces',
    'four thousand declarations on the root',
    put('<Application ', '<Application{{repeat 4000| xmlns:p§="urn:p§"}} '),
  ],
  ['white-space-in-tag', 'half a million blanks in a tag', put('<Case>', '<Case{{repeat 500000| }}=>')],
  ['name-without-end', 'an attribute name of half a million characters', put('<Case>', '<Case {{repeat 500000|a}}>')],
  ['tags-without-end', 'three hundred thousand less-than signs', inRoot('{{repeat 300000|<}}')],
])

const LARGE = group('request.too-large', 'bomb', [
  ['bytes', 'one byte more than allowed', { document: '<!-- й -->{{sealed}}', length: 1_048_577 }],
  ['bytes-ten-million', 'ten million bytes of an honest document', { document: '{{sealed}}', length: 10_000_000 }],
  ['bytes-elements', 'ten million bytes of elements', inRoot('{{repeat 2500000|<a/>}}')],
  ['bytes-no-xml', 'ten million blanks', { document: '', length: 10_000_000 }],
])

export const XML_ATTACKS = [
  ...NOT_XML,
  ...ROOT,
  ...DECLARATIONS,
  ...ENCODINGS,
  ...NAMESPACES,
  ...MALFORMED_BOMBS,
  ...LARGE,
]
