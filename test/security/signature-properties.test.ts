import assert from 'node:assert/strict'
import fc from 'fast-check'
import { BrokerError } from '../../src/problem/broker-error.ts'
import { type CertificateDirectory, verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf, makeIdentity } from '../support/certificates.ts'
import { applicationXml, sealedApplication } from '../support/documents.ts'

const AT = new Date('2026-10-05T06:30:00Z')

describe('a sealed application with one byte changed', () => {
  let sealed: Buffer
  let certificates: CertificateDirectory

  before(async () => {
    const party = await makeIdentity('troyan', 'p-256')
    certificates = directoryOf(party)
    sealed = Buffer.from(sealedApplication(party))
  })

  /** Refused as a BrokerError, or the very content that was signed. */
  function holds(bytes: Uint8Array): void {
    try {
      const { content } = verifySeal(bytes, certificates, AT)
      assert.equal(Buffer.from(content).toString(), applicationXml())
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      assert.match(error.code, /^(?:signature|request)\./)
    }
  }

  const position = fc.nat().map((number) => number % sealed.length)
  const byte = fc.integer({ min: 0, max: 255 })

  it('is refused or hands over what was signed, where a byte is replaced', () => {
    fc.assert(
      fc.property(position, byte, (at, value) => {
        const changed = Buffer.from(sealed)
        changed[at] = value
        holds(changed)
      }),
      { numRuns: 1500 },
    )
  })

  it('is refused or hands over what was signed, where a byte is put in or taken out', () => {
    fc.assert(
      fc.property(position, byte, fc.boolean(), (at, value, take) => {
        const middle = take ? Buffer.alloc(0) : Buffer.from([value])
        holds(Buffer.concat([sealed.subarray(0, at), middle, sealed.subarray(take ? at + 1 : at)]))
      }),
      { numRuns: 1500 },
    )
  })
})
