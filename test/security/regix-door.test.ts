import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { soapEnvelope } from '../../src/adapter-kit/soap/envelope.ts'
import { signEnvelope } from '../../src/adapter-kit/soap/ws-security.ts'
import { issueAuthority, issueCertificate } from '../../src/pki/issue-certificate.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { keysOf } from '../support/caller.ts'
import {
  BASIC,
  codeIn,
  CONTEXT,
  type Envelope,
  envelopeOf,
  personArgument,
  post,
  type Posted,
  referenceOf,
  V1,
  VALID_PERSON,
  wrapped,
} from '../support/regix.ts'

interface Vector extends Posted {
  /** What is wrong with it. */
  readonly wrong: string
  readonly body: string
  readonly code: string
}

const ADDRESSED = 'xmlns:a="http://www.w3.org/2005/08/addressing"'
const action = (text: string): string => `<a:Action ${ADDRESSED}>${text}</a:Action>`
const v2 = (parts: Envelope = {}): string => envelopeOf(parts)
const v1 = (parts: Envelope = {}): string => envelopeOf({ entry: 'v1', ...parts })
const EXECUTE = 'http://egov.bg/RegiX/IRegiXEntryPointV2/Execute'
const argument = (text: string): string => v2({ argument: text })
const person = (inside: string): string =>
  `<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest">${inside}</ValidPersonRequest>`

const VECTORS: readonly Vector[] = [
  { wrong: 'a DOCTYPE', body: `<!DOCTYPE s [<!ENTITY e "x">]>${v2()}`, code: 'request.malformed' },
  { wrong: 'an external entity', body: `<!DOCTYPE s SYSTEM "file:///etc/passwd">${v2()}`, code: 'request.malformed' },
  { wrong: 'a processing instruction', body: v2().replace('<s:Body>', '<?php x?><s:Body>'), code: 'request.malformed' },
  { wrong: 'no XML', body: 'EGN=8427029967', code: 'request.malformed' },
  { wrong: 'not well-formed', body: v2().slice(0, -1), code: 'request.malformed' },
  { wrong: 'depth', body: argument(person('<a>'.repeat(80) + '</a>'.repeat(80))), code: 'request.malformed' },
  { wrong: 'width', body: argument(person('<a/>'.repeat(6000))), code: 'request.malformed' },
  { wrong: 'size', body: v2({ before: `<!--${'x'.repeat(1_100_000)}-->` }), code: 'request.too-large' },
  { wrong: 'another media type', body: v2(), contentType: 'application/xml', code: 'request.media-type' },
  {
    wrong: 'another character set',
    body: v2(),
    contentType: 'text/xml; charset=windows-1251',
    code: 'request.media-type',
  },
  { wrong: 'SOAP 1.2 at the address of SOAP 1.1', body: v2({ soap: '1.2' }), code: 'regix.soap-version' },
  { wrong: 'SOAP 1.1 at the address of SOAP 1.2', body: v1({ soap: '1.1' }), path: V1, code: 'regix.soap-version' },
  { wrong: 'no envelope', body: '<Execute xmlns="http://egov.bg/RegiX"/>', code: 'regix.body' },
  { wrong: 'another SOAPAction', body: v2(), headers: { SOAPAction: `"${EXECUTE}Callback"` }, code: 'regix.action' },
  {
    wrong: 'another action in the media type',
    body: v1(),
    path: V1,
    contentType: 'application/soap+xml; charset=utf-8; action="http://tempuri.org/IRegiXEntryPoint/CheckResult"',
    code: 'regix.action',
  },
  {
    wrong: 'another wsa:Action',
    body: v1({ header: action('http://tempuri.org/IRegiXEntryPoint/Execute') }),
    path: V1,
    code: 'regix.action',
  },
  {
    wrong: 'a wsa:Action twice',
    body: v1({ header: action('http://tempuri.org/IRegiXEntryPoint/ExecuteSynchronous').repeat(2) }),
    path: V1,
    code: 'regix.action',
  },
  {
    wrong: 'an answer wanted elsewhere',
    body: v1({ header: `<a:ReplyTo ${ADDRESSED}><a:Address>https://elsewhere.test/</a:Address></a:ReplyTo>` }),
    path: V1,
    code: 'regix.action',
  },
  {
    wrong: 'a header that must be understood',
    body: v2({ header: '<w:Security xmlns:w="urn:w" s:mustUnderstand="1"/>' }),
    code: 'regix.must-understand',
  },
  {
    wrong: 'a header that must be understood by the last node',
    body: v1({
      header:
        '<w:X xmlns:w="urn:w" s:mustUnderstand="true" s:role="http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"/>',
    }),
    path: V1,
    code: 'regix.must-understand',
  },
  { wrong: 'a body of another entry point', body: v1({ soap: '1.1' }), code: 'regix.body' },
  {
    wrong: 'an operation of the contract that clients implement',
    body: v2({ element: 'ExecuteCallback' }),
    code: 'regix.body',
  },
  { wrong: 'two elements in the body', body: v2().replace('</s:Body>', '<x/></s:Body>'), code: 'regix.body' },
  { wrong: 'two bodies', body: v2().replace('</s:Envelope>', '<s:Body/></s:Envelope>'), code: 'regix.body' },
  { wrong: 'an empty body', body: wrapped('', '1.1'), code: 'regix.body' },
  { wrong: 'no request', body: wrapped('<Execute xmlns="http://egov.bg/RegiX"/>', '1.1'), code: 'regix.body' },
  {
    wrong: 'an operation named twice',
    body: v2({ first: `<Operation>${VALID_PERSON}</Operation>` }),
    code: 'regix.body',
  },
  { wrong: 'a context twice', body: v2({ before: CONTEXT }), code: 'regix.body' },
  { wrong: 'a flag that is none', body: v2().replace('<SignResult>false', '<SignResult>perhaps'), code: 'regix.body' },
  {
    wrong: 'a processing that is not offered',
    body: v2({ first: '<RequestProcessing>Decrypt</RequestProcessing>' }),
    code: 'regix.processing',
  },
  {
    wrong: 'a PDF',
    body: v2({ first: '<ResponseProcessing>TransformToPDF</ResponseProcessing>' }),
    code: 'regix.processing',
  },
  {
    wrong: 'an operation of nobody',
    body: v2({ operation: 'Nobody.RegiX.X.APIService.IX.Search' }),
    code: 'regix.operation-unknown',
  },
  {
    wrong: 'an operation that its interface has not',
    body: v2({ operation: VALID_PERSON.replace('ValidPersonSearch', 'Everything') }),
    code: 'regix.operation-unknown',
  },
  {
    wrong: 'a blank after the operation',
    body: v2({ operation: `${VALID_PERSON} ` }),
    code: 'regix.operation-unknown',
  },
  { wrong: 'no operation', body: v2({ operation: '' }), code: 'regix.operation-unknown' },
  {
    wrong: 'the name of a single question as a composite one',
    body: v2({ operation: 'Edno.Composite.regix-civil-registry-valid-person' }),
    code: 'regix.operation-unknown',
  },
  { wrong: 'no argument', body: argument(''), code: 'regix.argument' },
  { wrong: 'text as an argument', body: argument('8427029967'), code: 'regix.argument' },
  { wrong: 'two arguments', body: argument(personArgument('8427029967').repeat(2)), code: 'regix.argument' },
  {
    wrong: 'the argument of another operation',
    body: argument(
      '<PermanentAddressRequest xmlns="http://egov.bg/RegiX/GRAO/PNA/PermanentAddressRequest"><EGN>8427029967</EGN></PermanentAddressRequest>',
    ),
    code: 'regix.argument',
  },
  {
    wrong: 'an argument of another namespace',
    body: argument('<ValidPersonRequest xmlns="urn:x"><EGN>8427029967</EGN></ValidPersonRequest>'),
    code: 'regix.argument',
  },
  {
    wrong: 'an identifier of another namespace',
    body: argument(person('<EGN xmlns="http://egov.bg/RegiX/GRAO/NBD">8427029967</EGN>')),
    code: 'regix.argument',
  },
  {
    wrong: 'an identifier twice',
    body: argument(person('<EGN>8427029967</EGN><EGN>9225219962</EGN>')),
    code: 'regix.argument',
  },
  {
    wrong: 'a criterion that edno does not know',
    body: argument(person('<EGN>8427029967</EGN><Before>1900</Before>')),
    code: 'regix.argument',
  },
  {
    wrong: 'an identifier whose check digit is wrong',
    body: argument(person('<EGN>8427029968</EGN>')),
    code: 'service.input',
  },
  { wrong: 'a number that stands for nothing', body: referenceOf('CheckResult', '12', 'x'), code: 'exchange.unknown' },
  { wrong: 'a number that is none', body: referenceOf('CheckResult', "1' or 1=1", 'x'), code: 'exchange.unknown' },
]

/** The content of an envelope, in one that is signed by WS-Security. */
function signedBy(
  pair: { readonly certificate: string; readonly key: string },
  at = new Date(),
  envelope = v2(),
): string {
  const [, content = ''] = /<s:Body>(.*)<\/s:Body>/s.exec(envelope) ?? []
  return signEnvelope(soapEnvelope(content), pair, at)
}

describe('bad messages at the RegiX door', function () {
  this.timeout(180_000)
  let edno: TestApp
  const proofs: string[] = []
  before(async () => {
    const generous = { windowSeconds: 60, perAddress: 10_000, badPerCertificate: 10_000, perCertificate: 10_000 }
    const observer = { planned: ({ proof }: { readonly proof: string }) => void proofs.push(proof) }
    edno = await testApp({ http: { limits: generous }, observer })
  })
  after(() => edno.close())

  for (const { wrong, body, code, ...posted } of VECTORS)
    it(`${wrong}: ${code}, by a fault of SOAP`, async () => {
      const answered = await post(edno, body, posted)
      const text = answered.body.toString()
      assert.equal(codeIn(answered), code, text)
      assert.equal(answered.status, 500)
      assert.match(text, /<s:Body [^>]+><s:Fault>/)
      assert.ok(text.includes(`<Code>${code}</Code>`))
      assert.match(String(answered.headers['content-type']), /^(text\/xml|application\/soap\+xml); charset=utf-8$/)
      // Nothing of the message comes back, and nothing of edno's inside.
      assert.doesNotMatch(text, /8427029967|9225219962|Служител|passwd|\bat .*\.ts|node_modules/)
    })

  describe('that are signed by WS-Security', () => {
    const party = 'troyan'
    const seal = () => keysOf(edno, party).seal
    const minutes = (n: number): Date => new Date(Date.now() + n * 60_000)

    it('are taken where a seal of the party signed Body and time stamp, and the signature is the proof', async () => {
      const before = proofs.length
      const answered = await post(edno, signedBy(seal()), { party })
      assert.equal(codeIn(answered), undefined, answered.body.toString())
      assert.match(answered.body.toString(), /<HasError>false</)
      assert.equal((await post(edno, v2(), { party })).status, 200)
      assert.deepEqual(proofs.slice(before), ['signature', 'channel'])
    })

    const stolen = '<s:Body xmlns:w="urn:w" w:Id="x">'
    const VECTORS: readonly (readonly [string, (good: string) => string, string])[] = [
      ['about somebody else', (good) => good.replace('<EGN>8427029967', '<EGN>9225219962'), 'signature.invalid'],
      ['a time stamp that was prolonged', (good) => good.replace(/(Expires>)20/, '$121'), 'signature.invalid'],
      [
        'another value',
        (good) =>
          good.replace(
            /(SignatureValue>)(.)/,
            (_all, tag: string, letter: string) => tag + (letter === 'A' ? 'B' : 'A'),
          ),
        'signature.invalid',
      ],
      ['a time that is over', () => signedBy(seal(), minutes(-60)), 'request.expired'],
      ['a time to come', () => signedBy(seal(), minutes(60)), 'request.expired'],
      [
        'a Body in the place of the signed one, which stands in the header',
        (good) => {
          const [body = ''] = /<s:Body .*<\/s:Body>/s.exec(good) ?? []
          const other =
            stolen + v2({ argument: personArgument('9225219962') }).replace(/.*<s:Body>|<\/s:Envelope>/gs, '')
          return good.replace(body, other).replace('<s:Header>', `<s:Header><o:Old xmlns:o="urn:o">${body}</o:Old>`)
        },
        'signature.structure',
      ],
      ['an Id twice', (good) => good.replace('<Argument>', '<Argument Id="body">'), 'signature.structure'],
      ['no time stamp', (good) => good.replace(/<wsu:Timestamp.*<\/wsu:Timestamp>/s, ''), 'signature.structure'],
      ['two signatures', (good) => good.replace(/<ds:Signature .*<\/ds:Signature>/s, '$&$&'), 'signature.structure'],
      [
        'an algorithm that is not on the list',
        (good) => good.replace('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'),
        'signature.algorithm',
      ],
      [
        'no signature after all',
        (good) => good.replace(/<ds:Signature .*<\/ds:Signature>/s, ''),
        'regix.must-understand',
      ],
    ]
    for (const [wrong, spoil, code] of VECTORS)
      it(`are refused with ${wrong}: ${code}`, async () => {
        const before = proofs.length
        const answered = await post(edno, spoil(signedBy(seal())), { party })
        assert.equal(codeIn(answered), code, answered.body.toString())
        assert.equal(proofs.length, before)
      })

    it('are refused where nobody registered the certificate, and where another party did', async () => {
      const validity = { notBefore: minutes(-1), notAfter: minutes(60) }
      const authority = await issueAuthority({ commonName: 'Strange authority' }, validity)
      const order = { subject: { commonName: 'Stranger' }, use: 'seal', keyType: 'rsa-2048', ...validity } as const
      const stranger = await issueCertificate(authority, order)
      assert.equal(codeIn(await post(edno, signedBy(stranger), { party })), 'signature.certificate-unknown')
      assert.equal(codeIn(await post(edno, signedBy(seal()), { party: 'lovech' })), 'signature.party-mismatch')
      const forged = signedBy(stranger).replace(
        /(<wsse:BinarySecurityToken[^>]*>)[^<]*/,
        `$1${new X509Certificate(seal().certificate).raw.toString('base64')}`,
      )
      assert.equal(codeIn(await post(edno, forged, { party })), 'signature.invalid')
    })
  })

  it('tells SOAP of its own faults by its own codes', async () => {
    const text = async (body: string, posted: Posted = {}): Promise<string> =>
      (await post(edno, body, posted)).body.toString()
    const strange = '<w:Security xmlns:w="urn:w" s:mustUnderstand="1"/>'
    assert.match(await text(v2({ header: strange })), /<faultcode>s:MustUnderstand<\/faultcode>/)
    assert.match(await text(v1({ header: strange }), { path: V1 }), /<s:Value>s:MustUnderstand<\/s:Value>/)
    assert.match(await text(v2({ soap: '1.2' })), /<faultcode>s:VersionMismatch<\/faultcode>/)
    assert.match(await text(argument('')), /<faultcode>s:Client\.regix\.argument<\/faultcode>/)
    assert.match(
      await text(v1({ operation: 'x' }), { path: V1 }),
      /<s:Value>s:Sender<\/s:Value>.*e:regix\.operation-unknown/,
    )
  })

  it('takes what real clients send otherwise: blanks before, comments, flags left out, headers for others', async () => {
    const good: readonly (readonly [string, Posted])[] = [
      [`\r\n${v2()}`, {}],
      [v2().replace('<Argument>', '<!-- x --><Argument>\n  '), {}],
      [v2().replace(/<SignResult>.*<\/ReturnAccessMatrix>/, ''), {}],
      [v2().replace('<SignResult>false', '<SignResult xmlns="">true'), {}],
      [v2({ first: '<RequestProcessing/><ResponseProcessing/>' }), {}],
      [v2(), { method: 'GET' }],
      [v2({ header: '<w:X xmlns:w="urn:w" s:mustUnderstand="1" s:actor="urn:other"/>' }), {}],
      [v2({ header: '<w:X xmlns:w="urn:w"/>' }), { headers: { SOAPAction: '""' } }],
      [
        v1(),
        {
          path: '/RegiXEntryPoint.svc',
          headers: { SOAPAction: 'http://tempuri.org/IRegiXEntryPoint/ExecuteSynchronous' },
        },
      ],
    ]
    for (const [body, posted] of good) {
      const answered = await post(edno, body, posted)
      assert.match(answered.body.toString(), /<FirstName>Иван<\/FirstName>/, body)
      assert.doesNotMatch(answered.body.toString(), /<Signature/)
    }
    assert.ok(edno.logged.some((line) => line.includes('SignResult in another namespace')))
  })

  it('writes refusals of what was asked into the exchange log, and of what was no message into the security log', async () => {
    const before = edno.logged.length
    await post(edno, argument(''))
    await post(edno, v2({ header: '<w:Security xmlns:w="urn:w" s:mustUnderstand="1"/>' }))
    const lines = edno.logged.slice(before).join('\n')
    assert.match(lines, /regix\.must-understand/)
    assert.doesNotMatch(lines, /regix\.argument/)
  })

  it('has no address but those of the contract', async () => {
    assert.equal((await post(edno, v2(), { path: `${BASIC}/x` })).code, 'request.not-found')
  })
})
