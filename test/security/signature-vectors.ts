import type { ProblemCode } from '../../src/problem/codes.ts'
import { EXCLUSIVE_C14N, ENVELOPED, RSA_SHA256 } from '../../src/signature/algorithms.ts'
import type { TestIdentity } from '../support/certificates.ts'
import { forge, forged, transform, type Wishes } from './forge.ts'

/** What a vector is made of: an honest unsigned document, the same sealed, and keys. */
export interface Material {
  readonly canonical: string
  readonly sealed: string
  readonly party: TestIdentity
  readonly ecParty: TestIdentity
  readonly ecSealed: string
  readonly attacker: TestIdentity
  readonly weakRsa: TestIdentity
  readonly otherCurve: TestIdentity
  readonly expired: TestIdentity
}

/**
 * One document and what the "seal" profile says to it. `accepted` means: verified, and the content handed over is the
 * honest one, octet by octet.
 */
export interface Vector {
  readonly id: string
  readonly comment: string
  readonly flags: readonly string[]
  readonly make: (material: Material) => string | Uint8Array
  readonly expected: ProblemCode | 'accepted'
}

type Make = Vector['make']
type Entry = readonly [id: string, comment: string, make: Make]

const group = (expected: Vector['expected'], flag: string, entries: readonly Entry[]): Vector[] =>
  entries.map(([id, comment, make]) => ({ id, comment, flags: [flag], make, expected }))

/** Replaces in the sealed document, and insists that something was replaced. */
const sealedWith =
  (from: string | RegExp, to: string): Make =>
  ({ sealed }) =>
    swap(sealed, from, to)

function swap(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, () => to)
  if (changed === text) throw new Error('the vector changes nothing')
  return changed
}

const forgedWith =
  (wishes: Wishes): Make =>
  ({ canonical, party }) =>
    forged(canonical, party, wishes)

const SIGNATURE = /<ds:Signature .*<\/ds:Signature>/s
const signatureOf = (sealed: string): string => SIGNATURE.exec(sealed)?.[0] ?? ''
const evil = (canonical: string): string => swap(canonical, '8427029967', '9932319960')
const bytesIn = (encoding: BufferEncoding, mark: readonly number[], text: string): Uint8Array =>
  Buffer.concat([Buffer.from(mark), Buffer.from(text, encoding)])
const withByte = (sealed: string, octets: readonly number[]): Uint8Array => {
  const at = Buffer.from(sealed).indexOf('</Case>')
  return Buffer.concat([Buffer.from(sealed).subarray(0, at), Buffer.from(octets), Buffer.from(sealed).subarray(at)])
}
const inRoot = (content: string): Make => sealedWith('<ExchangeId>', `${content}<ExchangeId>`)

const NOT_XML = group('request.malformed', 'well-formedness', [
  ['empty', 'no bytes at all', () => ''],
  ['text', 'text that is not XML', () => 'заявление'],
  ['json', 'JSON', () => '{"Application":{}}'],
  ['truncated', 'the document ends in the middle', ({ sealed }) => sealed.slice(0, -20)],
  ['second-root', 'a second root element', ({ sealed }) => `${sealed}<evil/>`],
  ['second-application', 'a second Application after the first', ({ sealed, canonical }) => sealed + evil(canonical)],
  [
    'first-application',
    'another Application before the signed one',
    ({ sealed, canonical }) => evil(canonical) + sealed,
  ],
  ['trailing-text', 'text after the root', ({ sealed }) => `${sealed}evil`],
  ['leading-text', 'text before the root', ({ sealed }) => `evil${sealed}`],
  ['unclosed', 'an element that is not closed', inRoot('<evil>')],
  ['crossed', 'end tags that cross', inRoot('<a><b></a></b>')],
  ['unquoted', 'an attribute value without quotes', sealedWith('<Case>', '<Case a=b>')],
  ['doubled-attribute', 'the same attribute twice', sealedWith('<Case>', '<Case a="1" a="2">')],
  ['less-than-in-attribute', '"<" in an attribute value', sealedWith('<Case>', '<Case a="<">')],
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
    ({ sealed }) => sealed.replaceAll('Application>', 'Answer>').replace('<Application ', '<Answer '),
  ],
  ['other-namespace', 'the root in another namespace', sealedWith('urn:edno:exchange:1', 'urn:edno:exchange:2')],
  ['no-namespace', 'the root in no namespace', sealedWith(' xmlns="urn:edno:exchange:1"', '')],
  ['wrapped-root', 'the signed document inside a wrapper', ({ sealed }) => `<Wrapper>${sealed}</Wrapper>`],
  [
    'soap',
    'the signed document in a SOAP envelope',
    ({ sealed }) =>
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${sealed}</e:Body></e:Envelope>`,
  ],
])

const DECLARATIONS = group('request.malformed', 'doctype-and-instructions', [
  ['doctype', 'a bare DOCTYPE', ({ sealed }) => `<!DOCTYPE Application>${sealed}`],
  ['doctype-lower-case', 'a DOCTYPE in lower case', ({ sealed }) => `<!doctype Application>${sealed}`],
  [
    'doctype-external',
    'an external entity',
    ({ sealed }) =>
      `<!DOCTYPE Application [<!ENTITY x SYSTEM "file:///etc/passwd">]>${swap(sealed, '<Case>', '<Case>&x;')}`,
  ],
  [
    'doctype-bomb',
    'entities that expand into each other',
    ({ sealed }) =>
      `<!DOCTYPE Application [<!ENTITY a "aaaaaaaaaa">${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => `<!ENTITY ${name} "${`&${'abcdefg'[index]};`.repeat(10)}">`).join('')}]>${swap(sealed, '<Case>', '<Case>&h;')}`,
  ],
  [
    'doctype-default',
    'an attribute by default',
    ({ sealed }) => `<!DOCTYPE Application [<!ATTLIST Case evil CDATA "1">]>${sealed}`,
  ],
  ['doctype-after', 'a DOCTYPE inside the root', inRoot('<!DOCTYPE x>')],
  [
    'instruction-first',
    'a processing instruction before the root',
    ({ sealed }) => `<?xml-stylesheet href="x"?>${sealed}`,
  ],
  ['instruction-inside', 'a processing instruction that splits a value', sealedWith('8427029967', '84270<?x 29967?>')],
  [
    'instruction-in-digest',
    'a processing instruction inside DigestValue',
    sealedWith('</ds:DigestValue>', '<?x 0?></ds:DigestValue>'),
  ],
  ['instruction-last', 'a processing instruction after the root', ({ sealed }) => `${sealed}<?x y?>`],
  ['late-declaration', 'white space before the XML declaration', ({ sealed }) => `\n<?xml version="1.0"?>${sealed}`],
  ['two-declarations', 'two XML declarations', ({ sealed }) => `<?xml version="1.0"?><?xml version="1.0"?>${sealed}`],
  ['xml-1-1', 'XML 1.1', ({ sealed }) => `<?xml version="1.1"?>${sealed}`],
])

const ENCODINGS = group('request.malformed', 'encoding', [
  [
    'declared-latin',
    'a declaration that names another encoding',
    ({ sealed }) => `<?xml version="1.0" encoding="ISO-8859-1"?>${sealed}`,
  ],
  [
    'declared-1251',
    'a declaration that names windows-1251',
    ({ sealed }) => `<?xml version="1.0" encoding="windows-1251"?>${sealed}`,
  ],
  [
    'declared-utf-7',
    'a declaration that names UTF-7',
    ({ sealed }) => `<?xml version="1.0" encoding="UTF-7"?>${sealed}`,
  ],
  ['utf-16', 'UTF-16 with its mark', ({ sealed }) => bytesIn('utf16le', [0xff, 0xfe], sealed)],
  ['utf-16-bare', 'UTF-16 without a mark', ({ sealed }) => bytesIn('utf16le', [], sealed)],
  ['two-marks', 'two byte order marks', ({ sealed }) => `\ufeff\ufeff${sealed}`],
  ['overlong', 'an overlong form', ({ sealed }) => withByte(sealed, [0xc0, 0xaf])],
  ['lone-byte', 'half a character', ({ sealed }) => withByte(sealed, [0xd0])],
  ['surrogate', 'a surrogate in UTF-8', ({ sealed }) => withByte(sealed, [0xed, 0xa0, 0x80])],
  ['nul', 'U+0000', ({ sealed }) => withByte(sealed, [0])],
  ['control', 'U+0001', ({ sealed }) => withByte(sealed, [1])],
  ['delete', 'U+007F', ({ sealed }) => withByte(sealed, [0x7f])],
  ['control-c1', 'U+0085', ({ sealed }) => withByte(sealed, [0xc2, 0x85])],
  ['non-character', 'U+FFFE', ({ sealed }) => withByte(sealed, [0xef, 0xbf, 0xbe])],
  ['non-character-inner', 'U+FDD0', ({ sealed }) => withByte(sealed, [0xef, 0xb7, 0x90])],
  ['non-character-astral', 'U+1FFFF', ({ sealed }) => withByte(sealed, [0xf0, 0x9f, 0xbf, 0xbf])],
  ['reference-nul', 'U+0000 as a reference', sealedWith('</Case>', '&#0;</Case>')],
  ['reference-control', 'U+0001 as a reference', sealedWith('</Case>', '&#x1;</Case>')],
  ['reference-surrogate', 'a surrogate as a reference', sealedWith('</Case>', '&#xD800;</Case>')],
  ['reference-non-character', 'U+FFFF as a reference', sealedWith('</Case>', '&#xFFFF;</Case>')],
  ['reference-beyond', 'a reference beyond Unicode', sealedWith('</Case>', '&#x110000;</Case>')],
])

const NAMESPACES = group('request.malformed', 'namespace', [
  [
    'quote-in-namespace',
    'a namespace that holds a quotation mark',
    sealedWith('<Case>', `<Case xmlns:p='urn:p" evil="1'>`),
  ],
  [
    'quote-reference-in-namespace',
    'the same as a reference',
    sealedWith('<Case>', '<Case xmlns:p="urn:p&quot; evil=&quot;1">'),
  ],
  ['space-in-namespace', 'a namespace with white space', sealedWith('<Case>', '<Case xmlns:p="urn:p q">')],
  ['relative-namespace', 'a relative namespace', sealedWith('<Case>', '<Case xmlns:p="foo/bar">')],
  ['numeric-namespace', 'a namespace that is a number', sealedWith('<Case>', '<Case xmlns:ns="1">')],
  [
    'relative-root-namespace',
    'a relative namespace in force for the whole document',
    sealedWith('<Application ', '<Application xmlns:ns="1" '),
  ],
  ['empty-prefix', 'a prefix bound to nothing', sealedWith('<Case>', '<Case xmlns:p="">')],
  ['xml-rebound', 'another meaning of xml', sealedWith('<Case>', '<Case xmlns:xml="urn:evil">')],
  ['xmlns-rebound', 'another meaning of xmlns', sealedWith('<Case>', '<Case xmlns:xmlns="urn:evil">')],
  [
    'xml-alias',
    'another prefix for the namespace of xml',
    sealedWith('<Case>', '<Case xmlns:p="http://www.w3.org/XML/1998/namespace">'),
  ],
  ['reserved-prefix', 'a prefix that begins with xml', sealedWith('<Case>', '<Case xmlns:xmlevil="urn:evil">')],
  [
    'not-a-declaration',
    'an attribute that only looks like a declaration',
    sealedWith('<Case>', '<Case xmlnsrole="admin">'),
  ],
  ['not-a-declaration-upper-case', 'the same in capitals', sealedWith('<Case>', '<Case XMLNSrole="admin">')],
])

const BOMBS = [
  ...group('request.malformed', 'bomb', [
    ['depth-65', 'one level deeper than allowed', inRoot('<a>'.repeat(64) + '</a>'.repeat(64))],
    ['depth-100000', 'a hundred thousand levels', inRoot('<a>'.repeat(100_000) + '</a>'.repeat(100_000))],
    ['depth-open', 'levels that are never closed', inRoot('<a>'.repeat(200_000))],
    ['elements', 'more elements than allowed', inRoot('<a/>'.repeat(50_001))],
    [
      'attributes',
      'more attributes than allowed',
      sealedWith('<Case>', `<Case ${Array.from({ length: 65 }, (_, index) => `a${index}="1"`).join(' ')}>`),
    ],
    [
      'attributes-many',
      'ten thousand attributes',
      sealedWith('<Case>', `<Case ${Array.from({ length: 10_000 }, (_, index) => `a${index}="1"`).join(' ')}>`),
    ],
    [
      'namespaces',
      'four thousand declarations on the root',
      sealedWith(
        '<Application ',
        `<Application ${Array.from({ length: 4000 }, (_, index) => `xmlns:p${index}="urn:p${index}"`).join(' ')} `,
      ),
    ],
    ['white-space-in-tag', 'half a million blanks in a tag', sealedWith('<Case>', `<Case${' '.repeat(500_000)}=>`)],
    [
      'name-without-end',
      'half a million characters of an attribute name',
      sealedWith('<Case>', `<Case ${'a'.repeat(500_000)}>`),
    ],
    ['tags-without-end', 'three hundred thousand less-than signs', inRoot('<'.repeat(300_000))],
  ]),
  ...group('request.too-large', 'bomb', [
    ['bytes', 'one byte more than allowed', ({ sealed }) => sealed.padEnd(1_048_577, ' ')],
    ['bytes-many', 'sixteen million bytes', () => Buffer.alloc(16_000_000, 0x20)],
  ]),
  ...group('signature.invalid', 'bomb', [
    ['wide', '20 000 siblings added after signing', inRoot('<i v="1">x</i>'.repeat(20_000))],
    ['text', 'half a million characters added', sealedWith('</Case>', `${'x'.repeat(500_000)}</Case>`)],
    ['references', 'fifty thousand character references', sealedWith('</Case>', `${'&#x41;'.repeat(50_000)}</Case>`)],
  ]),
  ...group('signature.missing', 'bomb', [
    [
      'wide-unsigned',
      '20 000 siblings, no signature',
      ({ canonical }) => swap(canonical, '<Case>', `${'<i v="1">x</i>'.repeat(20_000)}<Case>`),
    ],
  ]),
  ...group('signature.structure', 'bomb', [
    [
      'signatures-many',
      'ten thousand empty signatures',
      inRoot('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'.repeat(10_000)),
    ],
    [
      'signature-with-many-children',
      '20 000 children of ds:Signature',
      sealedWith('</ds:Signature>', `${'<ds:Object/>'.repeat(20_000)}</ds:Signature>`),
    ],
    ['long-value', 'half a million characters of SignatureValue', forgedWith({ value: () => 'QUJD'.repeat(125_000) })],
    [
      'long-certificate',
      'half a million characters of certificate',
      forgedWith({
        keyInfo: () => `<ds:X509Data><ds:X509Certificate>${'QUJD'.repeat(125_000)}</ds:X509Certificate></ds:X509Data>`,
      }),
    ],
    ['references-400', '400 identical References', forgedWith({ references: (reference) => reference.repeat(400) })],
    ['transforms-20', '20 chained transforms', forgedWith({ transforms: transform(EXCLUSIVE_C14N).repeat(20) })],
  ]),
]

const MISSING = group('signature.missing', 'missing', [
  ['unsigned', 'a valid application without a signature', ({ canonical }) => canonical],
  [
    'unsigned-invalid',
    'an application that is invalid and unsigned: not judged',
    ({ canonical }) => swap(canonical, '<Consumer>', '<Evil/><Consumer>'),
  ],
  [
    'lookalike-namespace',
    'a signature in a namespace that only looks alike',
    ({ sealed }) => sealed.replaceAll('xmldsig#"', 'xmldsig"'),
  ],
  [
    'lookalike-name',
    'an element of ours called Signature',
    ({ canonical }) => swap(canonical, '</Application>', '<Signature>x</Signature></Application>'),
  ],
  [
    'signature-as-text',
    'the signature as character data',
    ({ canonical, sealed }) => swap(canonical, '</Case>', `<![CDATA[${signatureOf(sealed)}]]></Case>`),
  ],
  [
    'signature-in-comment',
    'the signature in a comment',
    ({ canonical, sealed }) => swap(canonical, '<Case>', `<!--${signatureOf(sealed)}--><Case>`),
  ],
])

const move =
  (to: (canonical: string, signature: string) => string): Make =>
  ({ canonical, sealed }) =>
    to(canonical, signatureOf(sealed))

const PLACES = group('signature.structure', 'place', [
  ['twice', 'the same signature twice', ({ sealed }) => swap(sealed, SIGNATURE, signatureOf(sealed).repeat(2))],
  [
    'two-signers',
    'signatures of two parties',
    ({ canonical, party, ecParty }) =>
      swap(canonical, /<\/Application>$/, `${forge(canonical, party)}${forge(canonical, ecParty)}</Application>`),
  ],
  [
    'attacker-beside',
    'the signature of an attacker beside the honest one',
    ({ canonical, party, attacker }) =>
      swap(canonical, /<\/Application>$/, `${forge(canonical, attacker)}${forge(canonical, party)}</Application>`),
  ],
  [
    'first-child',
    'the signature first in the root',
    move((canonical, signature) => swap(canonical, '<ExchangeId>', `${signature}<ExchangeId>`)),
  ],
  [
    'in-body',
    'the signature inside Body',
    move((canonical, signature) => swap(canonical, '</Body>', `${signature}</Body>`)),
  ],
  ['element-after', 'an element after the signature', sealedWith('</ds:Signature>', '</ds:Signature><Evil></Evil>')],
  ['text-after', 'text after the signature', sealedWith('</ds:Signature>', '</ds:Signature>evil')],
  ['comment-after', 'a comment after the signature', sealedWith('</ds:Signature>', '</ds:Signature><!-- evil -->')],
  [
    'xsw-wrapped-in-body',
    'wrapping: the signed document inside the Body of another',
    ({ canonical, sealed }) => swap(evil(canonical), '</Body>', `${sealed}</Body>`),
  ],
  [
    'xsw-wrapped-first',
    'wrapping: the signed document first in another',
    ({ canonical, sealed }) => swap(evil(canonical), '<ExchangeId>', `${sealed}<ExchangeId>`),
  ],
  [
    'xsw-wrapped-last',
    'wrapping: the signed document last in another',
    ({ canonical, sealed }) => swap(evil(canonical), /<\/Application>$/, `${sealed}</Application>`),
  ],
  [
    'xsw-object',
    'wrapping: the signed document in ds:Object of its own signature',
    move((canonical, signature) =>
      swap(
        evil(canonical),
        /<\/Application>$/,
        `${swap(signature, '</ds:Signature>', `<ds:Object>${canonical}</ds:Object></ds:Signature>`)}</Application>`,
      ),
    ),
  ],
  [
    'xsw-object-signed',
    'wrapping: the signed document with its signature in ds:Object of another',
    ({ canonical, sealed, party }) =>
      forged(evil(canonical), party, {
        signature: (signature) => swap(signature, '</ds:Signature>', `<ds:Object>${sealed}</ds:Object></ds:Signature>`),
      }),
  ],
  [
    'xsw-in-key-info',
    'wrapping: the signed document in KeyInfo',
    sealedWith('<ds:X509Data>', '<Application xmlns="urn:edno:exchange:1"></Application><ds:X509Data>'),
  ],
  [
    'xsw-nested-signature',
    'a signature inside the signature',
    sealedWith('</ds:KeyInfo>', '</ds:KeyInfo><ds:Signature></ds:Signature>'),
  ],
])

const duplicate =
  (element: string): Make =>
  ({ sealed }) => {
    const found = new RegExp(`<ds:${element}>.*?</ds:${element}>`, 's').exec(sealed)?.[0] ?? ''
    return swap(sealed, found, found.repeat(2))
  }
const insert = (before: string, content: string): Make => sealedWith(before, content + before)

const FORMS = group('signature.structure', 'form', [
  ['two-signed-infos', 'two SignedInfo', duplicate('SignedInfo')],
  ['two-signature-values', 'two SignatureValue', duplicate('SignatureValue')],
  ['two-digest-values', 'two DigestValue', duplicate('DigestValue')],
  ['two-key-infos', 'two KeyInfo', duplicate('KeyInfo')],
  ['two-x509-data', 'two X509Data', duplicate('X509Data')],
  ['two-certificates', 'two certificates', duplicate('X509Certificate')],
  ['two-transforms', 'two Transforms', duplicate('Transforms')],
  ['no-signed-info', 'no SignedInfo', sealedWith(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s, '')],
  ['no-signature-value', 'no SignatureValue', sealedWith(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, '')],
  ['no-key-info', 'no KeyInfo', sealedWith(/<ds:KeyInfo>.*<\/ds:KeyInfo>/s, '')],
  [
    'empty-signature',
    'an empty ds:Signature',
    sealedWith(SIGNATURE, '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'),
  ],
  [
    'order',
    'SignatureValue before SignedInfo',
    ({ sealed }) =>
      sealed.replace(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)(<ds:SignatureValue>.*<\/ds:SignatureValue>)/s, '$2$1'),
  ],
  [
    'decoy-method',
    'a second SignatureMethod in ds:Object before SignedInfo',
    insert('<ds:SignedInfo>', `<ds:Object><ds:SignatureMethod Algorithm="${RSA_SHA256}"/></ds:Object>`),
  ],
  ['manifest', 'a ds:Manifest', insert('</ds:Signature>', '<ds:Object><ds:Manifest></ds:Manifest></ds:Object>')],
  ['foreign-child', 'an element of another namespace in the signature', insert('</ds:Signature>', '<Evil></Evil>')],
  [
    'foreign-signed-info',
    'SignedInfo of another namespace',
    ({ sealed }) => sealed.replaceAll('ds:SignedInfo', 'SignedInfo'),
  ],
  ['text-between', 'text between the parts', insert('<ds:SignatureValue>', 'evil')],
  ['comment-between', 'a comment between the parts', insert('<ds:SignatureValue>', '<!-- x -->')],
  ['comment-in-digest', 'a comment inside DigestValue', insert('</ds:DigestValue>', '<!--x-->')],
  ['comment-in-value', 'a comment inside SignatureValue', insert('</ds:SignatureValue>', '<!--x-->')],
  ['comment-in-certificate', 'a comment inside the certificate', insert('</ds:X509Certificate>', '<!--x-->')],
  ['element-in-digest', 'an element inside DigestValue', insert('</ds:DigestValue>', '<ds:x></ds:x>')],
  [
    'attribute-on-signature',
    'an attribute that nobody expects',
    sealedWith('<ds:Signature ', '<ds:Signature evil="1" '),
  ],
  ['attribute-on-signed-info', 'an attribute on SignedInfo', sealedWith('<ds:SignedInfo>', '<ds:SignedInfo Id="x">')],
  [
    'qualified-attribute',
    'Algorithm in a namespace',
    sealedWith('<ds:DigestMethod ', '<ds:DigestMethod xmlns:p="urn:p" p:Algorithm="x" '),
  ],
  ['no-reference', 'no Reference', forgedWith({ references: () => '' })],
  ['two-references', 'two References', forgedWith({ references: (reference) => reference.repeat(2) })],
  ['no-uri', 'a Reference without URI', forgedWith({ reference: '' })],
  ['uri-id', 'a Reference to an id', forgedWith({ reference: ' URI="#x"' })],
  [
    'uri-root-id',
    'a Reference to the id of the root',
    ({ canonical, party }) => {
      const named = swap(canonical, '<Application ', '<Application Id="x" ')
      return forged(named, party, { reference: ' URI="#x"' })
    },
  ],
  ['uri-xpointer', 'a Reference by XPointer', forgedWith({ reference: ' URI="#xpointer(/)"' })],
  ['uri-http', 'a Reference to another host', forgedWith({ reference: ' URI="http://127.0.0.1:1/x"' })],
  ['uri-file', 'a Reference to a file', forgedWith({ reference: ' URI="file:///etc/passwd"' })],
  [
    'reference-type',
    'a Reference with a Type',
    forgedWith({ reference: ' Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI=""' }),
  ],
  ['transforms-none', 'no Transform', forgedWith({ transforms: '' })],
  [
    'transforms-only-enveloped',
    'no canonicalisation among the transforms',
    forgedWith({ transforms: transform(ENVELOPED) }),
  ],
  [
    'transforms-only-c14n',
    'no enveloped-signature among the transforms',
    forgedWith({ transforms: transform(EXCLUSIVE_C14N) }),
  ],
  [
    'transforms-order',
    'the transforms the other way round',
    forgedWith({ transforms: transform(EXCLUSIVE_C14N) + transform(ENVELOPED) }),
  ],
  [
    'transforms-three',
    'a transform more',
    forgedWith({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N).repeat(2) }),
  ],
  [
    'prefix-list',
    'InclusiveNamespaces',
    forgedWith({
      transforms:
        transform(ENVELOPED) +
        transform(
          EXCLUSIVE_C14N,
          `<p:InclusiveNamespaces xmlns:p="${EXCLUSIVE_C14N}" PrefixList="#default"></p:InclusiveNamespaces>`,
        ),
    }),
  ],
  [
    'method-parameter',
    'a parameter of the signature method',
    forgedWith({ methodContent: '<ds:HMACOutputLength>8</ds:HMACOutputLength>' }),
  ],
  [
    'key-value',
    'a bare key instead of a certificate',
    forgedWith({ keyInfo: () => '<ds:KeyValue><ds:RSAKeyValue></ds:RSAKeyValue></ds:KeyValue>' }),
  ],
  ['key-name', 'a key by its name', forgedWith({ keyInfo: () => '<ds:KeyName>troyan</ds:KeyName>' })],
  [
    'retrieval-method',
    'a certificate to fetch',
    forgedWith({ keyInfo: () => '<ds:RetrievalMethod URI="http://127.0.0.1:1/x"></ds:RetrievalMethod>' }),
  ],
  ['key-name-beside', 'a key name beside the certificate', insert('<ds:X509Data>', '<ds:KeyName>x</ds:KeyName>')],
  [
    'subject-beside',
    'a subject beside the certificate',
    insert('<ds:X509Certificate>', '<ds:X509SubjectName>CN=x</ds:X509SubjectName>'),
  ],
  ['base64-noise', 'other characters in SignatureValue', insert('</ds:SignatureValue>', '*!!')],
  [
    'base64-url',
    'the URL alphabet',
    forgedWith({
      value: (value) => Buffer.concat([Buffer.from([0xfb, 0xff, 0xfe]), value.subarray(3)]).toString('base64url'),
    }),
  ],
  ['base64-inner-padding', 'padding in the middle', forgedWith({ value: () => 'QUI=QUJD' })],
  [
    'base64-unpadded',
    'padding left out',
    forgedWith({ value: (value) => value.toString('base64').replace(/=+$/, '') }),
  ],
  ['base64-empty', 'nothing', forgedWith({ value: () => '' })],
  [
    'base64-bits',
    'bits after the last octet',
    forgedWith({
      value: (value) =>
        value
          .toString('base64')
          .replace(/.==$/, (end) => `${end.startsWith('B') ? 'C' : 'B'}==`)
          .replace(/([AEIMQUYcgkosw048])=$/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=`),
    }),
  ],
  ['digest-short', 'a digest of 31 octets', forgedWith({ digest: Buffer.alloc(31).toString('base64') })],
  ['digest-long', 'a digest of 33 octets', forgedWith({ digest: Buffer.alloc(33).toString('base64') })],
  ['digest-empty', 'an empty digest', forgedWith({ digest: '' })],
])

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const method = (id: string, uri: string): Entry => [
  `method-${id}`,
  `SignatureMethod ${uri}`,
  forgedWith({ method: uri }),
]
const c14n = (id: string, uri: string): Entry => [
  `c14n-${id}`,
  `CanonicalizationMethod ${uri}`,
  forgedWith({ c14n: uri }),
]
const secondTransform = (id: string, uri: string, content = ''): Entry => [
  `transform-${id}`,
  `Transform ${uri}`,
  forgedWith({ transforms: transform(ENVELOPED) + transform(uri, content) }),
]

const ALGORITHMS = group('signature.algorithm', 'algorithm', [
  method('rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'),
  method('dsa-sha1', 'http://www.w3.org/2000/09/xmldsig#dsa-sha1'),
  method('hmac-sha1', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
  method('hmac-sha256', `${MORE}hmac-sha256`),
  method('rsa-md5', `${MORE}rsa-md5`),
  method('rsa-sha512', `${MORE}rsa-sha512`),
  method('ecdsa-sha1', `${MORE}ecdsa-sha1`),
  method('ecdsa-sha384', `${MORE}ecdsa-sha384`),
  method('pss', 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'),
  method('member-name', 'constructor'),
  method('prototype', '__proto__'),
  method('empty', ''),
  method('spaced', ` ${RSA_SHA256}`),
  method('fits-other-key', `${MORE}ecdsa-sha256`),
  [
    'hmac-output-length',
    'HMAC truncated to eight bits',
    forgedWith({ method: `${MORE}hmac-sha256`, methodContent: '<ds:HMACOutputLength>8</ds:HMACOutputLength>' }),
  ],
  [
    'digest-sha1',
    'digest by SHA-1',
    forgedWith({
      digestMethod: 'http://www.w3.org/2000/09/xmldsig#sha1',
      digestHash: 'sha1',
      digest: Buffer.alloc(20).toString('base64'),
    }),
  ],
  ['digest-sha512', 'digest by SHA-512', forgedWith({ digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512' })],
  ['digest-md5', 'digest by MD5', forgedWith({ digestMethod: `${MORE}md5` })],
  c14n('with-comments', `${EXCLUSIVE_C14N}WithComments`),
  c14n('inclusive', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'),
  c14n('1-1', 'http://www.w3.org/2006/12/xml-c14n11'),
  c14n('unknown', 'urn:evil'),
  secondTransform('with-comments', `${EXCLUSIVE_C14N}WithComments`),
  secondTransform('inclusive', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'),
  secondTransform(
    'xslt',
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"></xsl:stylesheet>',
  ),
  secondTransform('xpath', 'http://www.w3.org/TR/1999/REC-xpath-19991116', '<ds:XPath>false()</ds:XPath>'),
  secondTransform('xpath-filter-2', 'http://www.w3.org/2002/06/xmldsig-filter2'),
  secondTransform('base64', 'http://www.w3.org/2000/09/xmldsig#base64'),
  secondTransform(
    'str',
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform',
  ),
  [
    'method-without-algorithm',
    'SignatureMethod without Algorithm',
    sealedWith(/<ds:SignatureMethod [^>]*>/, '<ds:SignatureMethod>'),
  ],
  [
    'rsa-named-for-ec',
    'rsa-sha256 named with a P-256 key',
    ({ canonical, ecParty }) => forged(canonical, ecParty, { method: RSA_SHA256 }),
  ],
  [
    'ecdsa-named-for-rsa',
    'ecdsa-sha256 named with an RSA key and 64 octets',
    forgedWith({ method: `${MORE}ecdsa-sha256`, value: () => Buffer.alloc(64, 1).toString('base64') }),
  ],
  ['rsa-1024', 'a registered RSA key of 1024 bits', ({ canonical, weakRsa }) => forged(canonical, weakRsa)],
  [
    'p-384',
    'a registered P-384 key',
    ({ canonical, otherCurve }) =>
      forged(canonical, otherCurve, { value: () => Buffer.alloc(64, 1).toString('base64') }),
  ],
  [
    'ecdsa-der',
    'an ECDSA value in DER',
    ({ canonical, ecParty }) => forged(canonical, ecParty, { dsaEncoding: 'der' }),
  ],
  [
    'ecdsa-short',
    'an ECDSA value of 63 octets',
    ({ canonical, ecParty }) => forged(canonical, ecParty, { value: (value) => value.subarray(1).toString('base64') }),
  ],
  [
    'ecdsa-padded',
    'an ECDSA value of 66 octets',
    ({ canonical, ecParty }) =>
      forged(canonical, ecParty, {
        value: (value) =>
          Buffer.concat([Buffer.alloc(1), value.subarray(0, 32), Buffer.alloc(1), value.subarray(32)]).toString(
            'base64',
          ),
      }),
  ],
])

const CERTIFICATES = [
  ...group('signature.certificate-unknown', 'certificate', [
    [
      'attacker',
      'truly signed with a certificate that nobody registered',
      ({ canonical, attacker }) => forged(evil(canonical), attacker),
    ],
    [
      'garbage',
      'octets that are no certificate',
      forgedWith({ keyInfo: () => '<ds:X509Data><ds:X509Certificate>QUJD</ds:X509Certificate></ds:X509Data>' }),
    ],
    [
      'altered',
      'the certificate with one octet more',
      forgedWith({
        keyInfo: (certificate) =>
          `<ds:X509Data><ds:X509Certificate>${Buffer.concat([Buffer.from(certificate, 'base64'), Buffer.alloc(1)]).toString('base64')}</ds:X509Certificate></ds:X509Data>`,
      }),
    ],
  ]),
  ...group('signature.certificate-expired', 'certificate', [
    [
      'expired',
      'truly signed with a certificate that has expired',
      ({ canonical, expired }) => forged(canonical, expired),
    ],
  ]),
]

const zeros = (octets: number) => (): string => Buffer.alloc(octets).toString('base64')

const INVALID = group('signature.invalid', 'truth', [
  ['one-digit', 'one digit of the content changed', sealedWith('8427029967', '8427029968')],
  ['one-letter', 'one letter of the content changed', sealedWith('Иван', 'Ивам')],
  [
    'decomposed',
    'й as two characters',
    ({ sealed }) => sealed.replace('troyan-017', 'troyan-017й').replace('й', 'и\u0306'),
  ],
  ['element-added', 'an element added', inRoot('<Evil></Evil>')],
  ['element-removed', 'an element removed', sealedWith('<Case>ТР-2026-000123</Case>', '')],
  ['decoy-consumer', 'a second Consumer first', insert('<Consumer>', '<Consumer>evil</Consumer>')],
  ['attribute-added', 'an attribute added', sealedWith('<Case>', '<Case evil="1">')],
  ['language-added', 'xml:lang added', sealedWith('<Case>', '<Case xml:lang="bg">')],
  ['id-added', 'xml:id added', sealedWith('<Case>', '<Case xml:id="x">')],
  ['blank-added', 'a blank added between elements', insert('<Case>', ' ')],
  ['namespace-changed', 'an element moved to another namespace', sealedWith('<Case>', '<Case xmlns="urn:evil">')],
  [
    'prefix-changed',
    'the same name with a prefix',
    ({ sealed }) => sealed.replace('<Case>', '<e:Case xmlns:e="urn:edno:exchange:1">').replace('</Case>', '</e:Case>'),
  ],
  [
    'xsw-replaced',
    'wrapping: another document, the signature in its place',
    move((canonical, signature) => swap(evil(canonical), /<\/Application>$/, `${signature}</Application>`)),
  ],
  [
    'xsw-carried',
    'wrapping: the signed document without its signature in the Body of another',
    move((canonical, signature) =>
      swap(swap(evil(canonical), '</Body>', `${canonical}</Body>`), /<\/Application>$/, `${signature}</Application>`),
    ),
  ],
  [
    'digest-replaced',
    'the digest of another document, not signed again',
    ({ canonical, sealed, party }) =>
      swap(
        evil(canonical),
        /<\/Application>$/,
        `${swap(signatureOf(sealed), /<ds:DigestValue>.*<\/ds:DigestValue>/, /<ds:DigestValue>.*<\/ds:DigestValue>/.exec(forge(evil(canonical), party))?.[0] ?? '')}</Application>`,
      ),
  ],
  [
    'digest-untrue',
    'a truly signed digest of other octets',
    forgedWith({ digest: Buffer.alloc(32).toString('base64') }),
  ],
  [
    'digest-of-nothing',
    'a truly signed digest of no octets',
    forgedWith({ digest: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }),
  ],
  [
    'other-key',
    'the certificate of the party, the key of an attacker',
    ({ canonical, party, attacker }) =>
      forged(canonical, attacker, {
        keyInfo: () =>
          `<ds:X509Data><ds:X509Certificate>${party.certificate.raw.toString('base64')}</ds:X509Certificate></ds:X509Data>`,
      }),
  ],
  ['value-zero-rsa', 'a signature value of zeros', forgedWith({ value: zeros(256) })],
  ['value-zero-ec', 'r and s of zero', ({ canonical, ecParty }) => forged(canonical, ecParty, { value: zeros(64) })],
  [
    'value-short-rsa',
    'an RSA value one octet short',
    forgedWith({ value: (value) => value.subarray(1).toString('base64') }),
  ],
  [
    'value-of-other-document',
    'the signature value of another document',
    ({ canonical, party }) =>
      forged(canonical, party, {
        value: () => /<ds:SignatureValue>(.*)<\/ds:SignatureValue>/.exec(forge(evil(canonical), party))?.[1] ?? '',
      }),
  ],
  ['signed-info-blank', 'a blank inside SignedInfo', insert('<ds:Reference ', ' ')],
  [
    'signed-info-prefix',
    'another prefix in the signature',
    ({ sealed }) => sealed.replaceAll('ds:', 'sig:').replaceAll('xmlns:ds', 'xmlns:sig'),
  ],
])

const ACCEPTED = group('accepted', 'accepted', [
  ['honest-rsa', 'as sealed, RSA', ({ sealed }) => sealed],
  ['honest-ec', 'as sealed, P-256', ({ ecSealed }) => ecSealed],
  [
    'forge-is-honest',
    'what the vectors are forged with makes true signatures',
    ({ canonical, party }) => forged(canonical, party),
  ],
  [
    'declaration',
    'with an XML declaration',
    ({ sealed }) => `<?xml version="1.0" encoding="utf-8" standalone='yes'?>\r\n${sealed}`,
  ],
  ['byte-order-mark', 'with a byte order mark', ({ sealed }) => `\ufeff${sealed}`],
  [
    'comment',
    'a comment in the content: it is not signed and not handed over',
    sealedWith('8427029967', '84270<!-- x -->29967'),
  ],
  ['comment-outside', 'comments around the root', ({ sealed }) => `<!-- < > --> ${sealed}<!-- </Application> -->`],
  ['character-data', 'character data instead of text', sealedWith('8427029967', '<![CDATA[8427029967]]>')],
  ['character-reference', 'a character written as a reference', sealedWith('8427029967', '&#56;42702996&#x37;')],
  [
    'unused-namespace',
    'a declaration that nothing uses',
    sealedWith('<Application ', '<Application xmlns:evil="urn:evil" '),
  ],
  ['tag-blanks', 'white space inside tags', sealedWith('</Case>', '</Case\n>')],
  ['quotes', 'other quotation marks', sealedWith('xmlns="urn:edno:exchange:1"', "xmlns='urn:edno:exchange:1'")],
  [
    'base64-lines',
    'base64 in lines',
    forgedWith({ value: (value) => value.toString('base64').replace(/.{64}/g, '$&\r\n') }),
  ],
  ['signature-id', 'an Id on ds:Signature', sealedWith('<ds:Signature ', '<ds:Signature Id="s" ')],
  [
    'empty-tags',
    'the short form of empty elements',
    ({ sealed }) => sealed.replace(/><\/ds:(?:Transform|DigestMethod|SignatureMethod|CanonicalizationMethod)>/g, '/>'),
  ],
])

export const VECTORS: readonly Vector[] = [
  ...ACCEPTED,
  ...NOT_XML,
  ...ROOT,
  ...DECLARATIONS,
  ...ENCODINGS,
  ...NAMESPACES,
  ...BOMBS,
  ...MISSING,
  ...PLACES,
  ...FORMS,
  ...ALGORITHMS,
  ...CERTIFICATES,
  ...INVALID,
]
