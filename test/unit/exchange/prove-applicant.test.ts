import assert from 'node:assert/strict'
import { proveApplicant } from '../../../src/exchange/prove-applicant.ts'
import type { ExchangePorts } from '../../../src/exchange/ports.ts'
import type { AuthorisedRequest } from '../../../src/model/exchange.ts'
import type { ApplicantSignature } from '../../../src/model/service.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { sampleApplication } from '../../support/documents.ts'

const RECEIVED_AT = new Date('2026-10-05T06:30:00Z')
const SIGNER = { certificate: 'ab', claimedAt: '2026-10-05T06:29:00Z' }

const request = (applicantSignature: ApplicantSignature, applicantDocument?: string) =>
  ({
    stage: 'authorised',
    application: sampleApplication(applicantDocument === undefined ? {} : { applicantDocument }),
    known: { definition: { applicantSignature } },
    receivedAt: RECEIVED_AT,
  }) as unknown as AuthorisedRequest

function portsFor() {
  const asked: unknown[][] = []
  const ports = {
    verifyApplicantDocument: (...question: unknown[]) => {
      asked.push(question)
      return Promise.resolve(SIGNER)
    },
  } as unknown as ExchangePorts
  return { ports, asked }
}

describe('the signature of the applicant', () => {
  for (const wanted of ['required', 'optional'] as const)
    it(`is verified at the time of reception where it is ${wanted} and there`, async () => {
      const { ports, asked } = portsFor()
      const proven = await proveApplicant(request(wanted, 'QUJD'), ports)
      assert.deepEqual(proven.applicantSigner, SIGNER)
      assert.deepEqual(asked, [['QUJD', sampleApplication().applicant, { at: RECEIVED_AT, mandates: false }]])
    })

  it('is missed where it is required and not where it is optional', async () => {
    await assert.rejects(proveApplicant(request('required'), portsFor().ports), { code: 'applicant.signature-missing' })
    const { stage, applicantSigner } = await proveApplicant(request('optional'), portsFor().ports)
    assert.deepEqual([stage, applicantSigner], ['proven', undefined])
  })

  it('is not looked at where the service wants none', async () => {
    const { ports, asked } = portsFor()
    assert.equal((await proveApplicant(request('none', 'QUJD'), ports)).applicantSigner, undefined)
    assert.equal(asked.length, 0)
  })

  it('refuses as its verifier does', async () => {
    const { ports } = portsFor()
    const refusing = {
      ...ports,
      verifyApplicantDocument: () => Promise.reject(new BrokerError('applicant.mismatch', 'for the test')),
    }
    await assert.rejects(proveApplicant(request('optional', 'QUJD'), refusing), { code: 'applicant.mismatch' })
  })
})
