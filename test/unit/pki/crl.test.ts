import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { ChainCertificate } from '../../../src/pki/chain-certificate.ts'
import { lookUp, type ReadCrl } from '../../../src/pki/crl.ts'

const NOW = new Date('2030-06-01T12:00:00Z')
const list = (change: Partial<ReadCrl> = {}): ReadCrl => ({
  revoked: new Map(),
  thisUpdate: new Date('2030-06-01T00:00:00Z'),
  nextUpdate: new Date('2030-06-02T00:00:00Z'),
  ...change,
})
const certificate = (authority: boolean) =>
  ({ serialNumber: '01', crlAddresses: [], basicConstraints: { authority } }) as unknown as ChainCertificate

describe('what a revocation list says by its silence', () => {
  it('is that a certificate is good, where the list covers it', () => {
    assert.equal(lookUp(list(), certificate(true), NOW).status, 'good')
    assert.equal(lookUp(list({ usersOnly: true }), certificate(false), NOW).status, 'good')
  })

  it('is nothing about an authority, where the list is of people only', () => {
    assert.deepEqual(lookUp(list({ usersOnly: true }), certificate(true), NOW), {
      status: 'unclear',
      why: 'partial-list',
    })
  })
})
