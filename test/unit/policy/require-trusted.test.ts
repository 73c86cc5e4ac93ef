import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { readChainCertificate } from '../../../src/pki/chain-certificate.ts'
import type { OfferedCertificate, TrustVerdict } from '../../../src/pki/trust.ts'
import { requireTrusted, requireTrustedPerson } from '../../../src/policy/require-trusted.ts'
import { testPki } from '../../support/pki.ts'

const NOW = new Date('2030-06-01T12:00:00Z')
const saying = (verdict: unknown) => ({ judge: () => Promise.resolve(verdict as TrustVerdict) })
const UNTRUSTED = { kind: 'untrusted', failed: { check: 'dates' } }
const REVOKED = { kind: 'revoked' }
const UNCLEAR = { kind: 'unclear', why: 'silent' }

describe('a certificate that must be trusted', () => {
  let der: Buffer
  let held: OfferedCertificate
  before(async () => {
    const { read } = await (await testPki()).leaf('town')
    der = Buffer.from(read.derBase64, 'base64')
    held = { certificate: readChainCertificate(der), offered: [] }
  })

  const FAMILIES = [
    ['seal', 'signature'],
    ['tls-client', 'access'],
    ['personal', 'applicant'],
  ] as const
  for (const [use, family] of FAMILIES)
    it(`for ${use} is refused by the codes of ${family}, each with its reason`, async () => {
      await requireTrusted(saying({ kind: 'trusted' }), held, use, NOW)
      for (const [verdict, code, detail] of [
        [UNTRUSTED, `${family}.certificate-untrusted`, 'the path of the certificate: dates'],
        [REVOKED, `${family}.certificate-revoked`, 'its authority has revoked the certificate'],
        [UNCLEAR, `${family}.revocation-unknown`, 'revocation cannot be told: silent'],
      ] as const)
        await assert.rejects(requireTrusted(saying(verdict), held, use, NOW), { code, detail })
    })

  it('is judged for its use, at the moment that is asked about', async () => {
    const asked: unknown[] = []
    const judge = (...question: unknown[]): Promise<TrustVerdict> => {
      asked.push(question)
      return Promise.resolve({ kind: 'trusted' } as TrustVerdict)
    }
    await requireTrusted({ judge }, held, 'seal', NOW)
    assert.deepEqual(asked, [[held, 'seal', NOW]])
  })

  it('of a person is judged with what came along; what is no certificate is refused before anybody is asked', async () => {
    const asked: OfferedCertificate[] = []
    const judge = (given: OfferedCertificate, use: string): Promise<TrustVerdict> => {
      assert.equal(use, 'personal')
      asked.push(given)
      return Promise.resolve({ kind: 'trusted' } as TrustVerdict)
    }
    await requireTrustedPerson({ judge }, der, NOW, [der])
    assert.deepEqual([asked.length, asked[0]?.offered.length], [1, 1])
    for (const [certificate, offered] of [
      [Buffer.from('no certificate'), []],
      [der, [Buffer.from('no certificate')]],
    ] as const)
      await assert.rejects(requireTrustedPerson({ judge }, certificate, NOW, offered), {
        code: 'applicant.certificate-untrusted',
        detail: 'KeyInfo holds what is not a certificate',
      })
    assert.equal(asked.length, 1)
  })
})
