import 'reflect-metadata'
import assert from 'node:assert/strict'
import * as x509 from '@peculiar/x509'
import type { Applicant } from '../../../src/model/application.ts'
import { readBundle } from '../../../src/pki/chain-certificate.ts'
import { openTrust } from '../../../src/pki/trust.ts'
import { requireTrustedPerson } from '../../../src/policy/require-trusted.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { type PersonTrust, verifyApplicantDocument } from '../../../src/signature/verify-applicant-document.ts'
import { sealXml } from '../../../src/signature/seal-xml.ts'
import { sealerOf, type TestIdentity } from '../../support/certificates.ts'
import { makePersonAuthority, type PersonAuthority, type PersonWish } from '../../support/person-certificates.ts'
import { forged } from '../../security/forge.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const ALONE = { at: AT, mandates: false }
const DOCUMENT = '<Заявление xmlns="urn:example:permit"><Искане>Разрешение 🛶 за язовира</Искане></Заявление>'
const APPLICANT: Applicant = { identifierType: 'egn', identifier: '8427029967', names: 'Иван Примеров Измислен' }
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

const POLICIES = { card: '1.3.6.1.4.1.99999.1.1', cloud: '1.3.6.1.4.1.99999.1.2', mobile: '1.3.6.1.4.1.99999.1.3' }

const trusting = (...authorities: readonly PersonAuthority[]): PersonTrust => {
  const believed = authorities.map(({ pem }, index) => ({
    id: `authority-${index}`,
    uses: ['applicants'] as const,
    policies: Object.values(POLICIES),
    anchors: readBundle(Buffer.from(pem)),
    intermediates: [],
    revocation: { policy: 'none', ocsp: [], crl: [], hosts: [] } as const,
  }))
  const trust = openTrust(believed, { fetch: () => Promise.resolve(undefined), clock: () => AT })
  return (certificate, at, offered) => requireTrustedPerson(trust, certificate, at, offered)
}

describe('the document of the applicant', () => {
  let authority: PersonAuthority
  let stranger: PersonAuthority
  let trust: PersonTrust

  before(async () => {
    authority = await makePersonAuthority()
    stranger = await makePersonAuthority()
    trust = trusting(authority)
  })

  const signedBy = (person: TestIdentity): string => base64(forged(DOCUMENT, person, { xades: {} }))
  const verify = (document: string, applicant = APPLICANT) => verifyApplicantDocument(document, applicant, ALONE, trust)

  for (const key of ['rsa', 'ec'] as const)
    for (const [kind, policy] of Object.entries(POLICIES))
      it(`is accepted with a ${kind} certificate (${key}), whose policy alone differs`, async () => {
        const person = await authority.issue({ key, policy })
        assert.deepEqual(await verify(signedBy(person)), {
          certificate: person.fingerprint,
          claimedAt: '2026-10-05T06:29:00Z',
        })
      })

  const wrong: readonly (readonly [string, PersonWish, string])[] = [
    ['of another person', { identifiers: ['PNOBG-8427029993'] }, 'applicant.mismatch'],
    ['by passport', { identifiers: ['PASBG-8427029967'] }, 'applicant.mismatch'],
    ['of a person of another country', { identifiers: ['PNORO-8427029967'] }, 'applicant.mismatch'],
    ['that names two people', { identifiers: ['PNOBG-8427029967', 'PNOBG-8427029993'] }, 'applicant.mismatch'],
    ['that names nobody', { identifiers: [] }, 'applicant.mismatch'],
    ['that has expired', { notAfter: '2026-10-05' }, 'applicant.certificate-untrusted'],
    ['that is not in force yet', { notBefore: '2026-10-06' }, 'applicant.certificate-untrusted'],
    ['of an authority', { isAuthority: true }, 'applicant.certificate-untrusted'],
    ['under a policy that is not accepted', { policy: '1.3.6.1.4.1.99999.2.1' }, 'applicant.certificate-untrusted'],
    ['for logging in only', { usage: x509.KeyUsageFlags.digitalSignature }, 'applicant.certificate-untrusted'],
    ['for servers', { purposes: ['1.3.6.1.5.5.7.3.1'] }, 'applicant.certificate-untrusted'],
    ['of a legal person', { identifiers: [], organisation: 'NTRBG-999999995' }, 'applicant.mismatch'],
  ]
  for (const [what, wish, code] of wrong)
    it(`is refused with a certificate ${what}`, async () => {
      await assert.rejects(verify(signedBy(await authority.issue({ policy: POLICIES.card, ...wish }))), { code })
    })

  it('is refused with a certificate that names no policy', async () => {
    const person = await authority.issue({ key: 'ec' })
    assert.equal(person.certificate.ca, false)
    await assert.rejects(verify(signedBy(person)), { code: 'applicant.certificate-untrusted' })
  })

  it('is refused with a certificate of an unknown authority that bears the same name', async () => {
    await assert.rejects(verify(signedBy(await stranger.issue({ policy: POLICIES.card }))), {
      code: 'applicant.certificate-untrusted',
    })
    await assert.rejects(
      verifyApplicantDocument(signedBy(await authority.issue({ policy: POLICIES.card })), APPLICANT, ALONE, trusting()),
      {
        code: 'applicant.certificate-untrusted',
      },
    )
  })

  it('of a firm is of whoever signed for it, where the service may be shown that they represent it', async () => {
    const firm: Applicant = { identifierType: 'eik', identifier: '999999995', names: 'Измислица Такси ЕООД' }
    const document = signedBy(await authority.issue({ policy: POLICIES.card }))
    const asked = { at: AT, mandates: true }
    assert.equal((await verifyApplicantDocument(document, firm, asked, trust)).representative, '8427029967')
    assert.equal((await verifyApplicantDocument(document, APPLICANT, asked, trust)).representative, undefined)
    await assert.rejects(verify(document, firm), { code: 'applicant.mismatch' })
    const another: Applicant = { ...APPLICANT, identifier: '8427029993' }
    await assert.rejects(verifyApplicantDocument(document, another, asked, trust), { code: 'applicant.mismatch' })
  })

  it('is refused where the applicant is no person with an ЕГН, whatever the digits', async () => {
    const document = signedBy(await authority.issue({ policy: POLICIES.card }))
    await assert.rejects(verify(document, { ...APPLICANT, identifierType: 'lnch' }), { code: 'applicant.mismatch' })
  })

  it('is refused where it was changed, carries a bare seal, no signature, or is no XML or base64', async () => {
    const person = await authority.issue({ policy: POLICIES.card })
    const signed = forged(DOCUMENT, person, { xades: {} })
    for (const document of [
      base64(signed.replace('язовира', 'язовирa')),
      base64(sealXml(DOCUMENT, sealerOf(person))),
      base64(DOCUMENT),
      base64('%PDF-1.7'),
      `${base64(signed)}!`,
      '',
    ])
      await assert.rejects(verify(document), { code: 'applicant.signature-invalid' })
  })

  it('is refused in words that say what is wrong with it, and keeps why', async () => {
    const person = await authority.issue({ policy: POLICIES.card })
    const nobody = await authority.issue({ policy: POLICIES.card, identifiers: [] })
    const noCertificate = '<ds:X509Data><ds:X509Certificate>QUJD</ds:X509Certificate></ds:X509Data>'
    const signed = forged(DOCUMENT, person, { xades: {} })
    for (const [document, code, detail] of [
      ['*', 'applicant.signature-invalid', 'ApplicantDocument: base64 is expected'],
      [
        base64(DOCUMENT),
        'applicant.signature-invalid',
        'ApplicantDocument: there is no ds:Signature (signature.missing)',
      ],
      [
        base64(sealXml(DOCUMENT, sealerOf(person))),
        'applicant.signature-invalid',
        'ApplicantDocument: XAdES-B-B is expected: there is no ds:Object (signature.structure)',
      ],
      [
        base64(forged(DOCUMENT, person, { xades: {}, keyInfo: noCertificate })),
        'applicant.signature-invalid',
        'ApplicantDocument: X509Certificate: not a certificate (signature.structure)',
      ],
      [signedBy(nobody), 'applicant.mismatch', 'the certificate names no person by ЕГН (serialNumber PNOBG-…)'],
    ] as const)
      await assert.rejects(verify(document), { code, detail })
    await assert.rejects(verify(base64(signed), { ...APPLICANT, identifier: '8427029993' }), {
      detail: 'the signer of ApplicantDocument is not the Applicant',
    })
    await assert.rejects(
      verify(base64('%PDF-1.7')),
      (error) =>
        error instanceof BrokerError && error.cause instanceof BrokerError && error.cause.code === 'request.malformed',
    )
  })

  it('hands on the certificates that came along, in their order, and nothing else', async () => {
    const person = await authority.issue({ policy: POLICIES.card })
    const own = '<ds:X509Certificate>{{certificate}}</ds:X509Certificate>'
    const above = ['QUJD', 'REVG'].map((text) => `<ds:X509Certificate>${text}</ds:X509Certificate>`).join('')
    const document = base64(
      forged(DOCUMENT, person, { xades: {}, keyInfo: `<ds:X509Data>${own}${above}</ds:X509Data>` }),
    )
    const told: string[][] = []
    const noting: PersonTrust = (certificate, _, offered) => {
      told.push([certificate, ...offered].map((one) => Buffer.from(one).toString('base64')))
      return Promise.resolve()
    }
    await verifyApplicantDocument(document, APPLICANT, ALONE, noting)
    await verifyApplicantDocument(signedBy(person), APPLICANT, ALONE, noting)
    const certificate = person.certificate.raw.toString('base64')
    assert.deepEqual(told, [[certificate, 'QUJD', 'REVG'], [certificate]])
  })

  it('asks nobody about a certificate before the signature holds', async () => {
    const person = await authority.issue({ policy: POLICIES.card })
    const asked: unknown[] = []
    const noting: PersonTrust = (certificate) => {
      asked.push(certificate)
      return Promise.resolve()
    }
    const changed = base64(forged(DOCUMENT, person, { xades: {} }).replace('язовира', 'морето'))
    await assert.rejects(verifyApplicantDocument(changed, APPLICANT, ALONE, noting))
    assert.equal(asked.length, 0)
  })

  it('passes on the refusal of whoever judges certificates', async () => {
    const document = signedBy(await authority.issue({ policy: POLICIES.card }))
    const unsure: PersonTrust = () => Promise.reject(new BrokerError('broker.internal', 'cannot tell'))
    await assert.rejects(verifyApplicantDocument(document, APPLICANT, ALONE, unsure), { code: 'broker.internal' })
  })
})
