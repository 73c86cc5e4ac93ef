import assert from 'node:assert/strict'
import type { AgreementAct, AgreementDigest } from '../../../src/model/agreement.ts'
import { partyId, serviceRef } from '../../../src/model/ids.ts'
import { signAct } from '../../../src/signature/sign-act.ts'
import { sealJws } from '../../../src/signature/seal-jws.ts'
import { ACT_TYPE, verifyAct, verifyRecordedAct } from '../../../src/signature/verify-act.ts'
import { APPLICATION_TYPE, verifyJws } from '../../../src/signature/verify-jws.ts'
import { directoryOf, makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const ACT: AgreementAct = {
  type: 'edno-agreement-act@1',
  agreement: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg' as AgreementDigest,
  act: 'refuse',
  by: partyId('troyan'),
  consumer: partyId('troyan'),
  provider: partyId('iama'),
  registry: 'maritime-registry',
  service: serviceRef('water-taxi-permit', 1),
  at: '2026-10-05T06:29:00.250Z',
  reason: 'няма законово основание',
}

describe('a signed act on an agreement', () => {
  let troyan: TestIdentity
  let other: TestIdentity
  before(async () => {
    troyan = await makeIdentity('troyan', 'p-256')
    other = await makeIdentity('lovech', 'p-256')
  })

  const keysOf = (who: TestIdentity) => ({ keyPem: who.privateKeyPem, certificatePem: who.certificatePem })
  const typed = (type: string, who = troyan): string =>
    Buffer.from(sealJws(JSON.stringify(ACT), sealerOf(who), { format: 'jws', type, at: AT })).toString()
  /** Another header under the same signature. */
  const withHeader = (jws: string, change: Readonly<Record<string, unknown>>): string => {
    const [header = '', ...rest] = jws.split('.')
    const read = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>
    return [Buffer.from(JSON.stringify({ ...read, ...change })).toString('base64url'), ...rest].join('.')
  }

  it('is the whole of what was declared, in one spelling, and tells who signed it and when they say so', () => {
    const { payload, signer } = verifyAct(signAct(ACT, keysOf(troyan)), directoryOf(troyan), AT)
    const text = Buffer.from(payload).toString()
    assert.deepEqual(JSON.parse(text), ACT)
    const names = Object.keys(JSON.parse(text) as object)
    assert.deepEqual(names, names.toSorted())
    assert.deepEqual(
      [signer.party, signer.certificate, signer.claimedAt],
      ['troyan', troyan.fingerprint, '2026-10-05T06:29:00Z'],
    )
  })

  it('is never an application, nor an application an act', () => {
    const bytes = Buffer.from(signAct(ACT, keysOf(troyan)))
    assert.throws(() => verifyJws({ bytes, format: 'jws' }, directoryOf(troyan), AT), { code: 'signature.structure' })
    assert.throws(() => verifyAct(typed(APPLICATION_TYPE), directoryOf(troyan), AT), { code: 'signature.structure' })
  })

  it('says of itself that it is one, in this spelling', () => {
    assert.doesNotThrow(() => verifyAct(typed(ACT_TYPE), directoryOf(troyan), AT))
    assert.throws(() => verifyAct(typed(ACT_TYPE.toUpperCase()), directoryOf(troyan), AT), {
      code: 'signature.structure',
      detail: 'typ: edno-agreement-act+jws is expected',
    })
  })

  it('is by a registered certificate, and within a limit of size', () => {
    assert.throws(() => verifyAct(signAct(ACT, keysOf(other)), directoryOf(troyan), AT), {
      code: 'signature.certificate-unknown',
    })
    assert.throws(() => verifyAct('a'.repeat(65_537), directoryOf(troyan), AT), { code: 'request.too-large' })
  })

  it('that was recorded is verified again by the certificate in it, of which it tells', () => {
    const jws = signAct(ACT, keysOf(other))
    const recorded = verifyRecordedAct(jws, AT)
    assert.ok(recorded !== undefined)
    assert.deepEqual(JSON.parse(Buffer.from(recorded.payload).toString()), ACT)
    assert.equal(recorded.certificate, other.fingerprint)
    assert.deepEqual(Buffer.from(recorded.der), other.certificate.raw)
  })

  it('that was recorded is none where it was changed, is not one, or was made outside the dates of its certificate', () => {
    const jws = signAct(ACT, keysOf(troyan))
    const [header = '', payload = '', value = ''] = jws.split('.')
    const changed = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('refuse', 'accept'))
    for (const wrong of [
      [header, changed.toString('base64url'), value].join('.'),
      withHeader(jws, { x5c: [other.certificate.raw.toString('base64')] }),
      withHeader(jws, { x5c: ['QUJD'] }),
      withHeader(jws, { x5c: [] }),
      typed(APPLICATION_TYPE),
      'no.jws.',
      '',
    ])
      assert.equal(verifyRecordedAct(wrong, AT), undefined, wrong.slice(0, 40))
    for (const at of ['2019-12-31T23:59:59Z', '2099-12-31T00:00:01Z'])
      assert.equal(verifyRecordedAct(jws, new Date(at)), undefined, at)
    for (const at of ['2020-01-01T00:00:00Z', '2099-12-31T00:00:00Z'])
      assert.ok(verifyRecordedAct(jws, new Date(at)), at)
  })
})
