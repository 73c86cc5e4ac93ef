import assert from 'node:assert/strict'
import { BrokerError } from '../../src/problem/broker-error.ts'
import { type CertificateDirectory, verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf, makeIdentity } from '../support/certificates.ts'
import { applicationXml, sealedApplication } from '../support/documents.ts'
import { type Material, VECTORS } from './signature-vectors.ts'

const AT = new Date('2026-10-05T06:30:00Z')
/** CPU time of one verification once the code is warm, so that other work on the machine does not count. */
const LIMIT_MS = 100

describe('the seal profile against the list of attacks', () => {
  let material: Material
  let certificates: CertificateDirectory

  before(async () => {
    const [party, ecParty, attacker, weakRsa, otherCurve, expired] = await Promise.all([
      makeIdentity('troyan', 'rsa-2048'),
      makeIdentity('troyan', 'p-256'),
      makeIdentity('troyan', 'rsa-2048'),
      makeIdentity('troyan', 'rsa-1024'),
      makeIdentity('troyan', 'p-384'),
      makeIdentity('troyan', 'p-256', '2026-10-04'),
    ])
    certificates = directoryOf(party, ecParty, weakRsa, otherCurve, expired)
    material = {
      canonical: applicationXml(),
      sealed: Buffer.from(sealedApplication(party)).toString(),
      ecSealed: Buffer.from(sealedApplication(ecParty)).toString(),
      ...{ party, ecParty, attacker, weakRsa, otherCurve, expired },
    }
    for (let round = 0; round < 20; round += 1) verifySeal(Buffer.from(material.sealed), certificates, AT)
  })

  it('gives every vector its own name', () => {
    const names = VECTORS.map(({ id, flags }) => `${flags.join()}/${id}`)
    assert.equal(new Set(names).size, names.length)
  })

  for (const { id, comment, flags, make, expected } of VECTORS)
    it(`${flags.join()}/${id}: ${comment} → ${expected}`, () => {
      const bytes = Buffer.from(make(material) as string)
      let [outcome, elapsedMs] = timed(() => judge(bytes))
      for (let again = 0; again < 3 && elapsedMs >= LIMIT_MS; again += 1)
        [outcome, elapsedMs] = timed(() => judge(bytes))
      assert.equal(outcome, expected)
      assert.ok(elapsedMs < LIMIT_MS, `took ${elapsedMs.toFixed(0)} ms`)
    })

  function judge(bytes: Uint8Array): string {
    try {
      const { content, signer } = verifySeal(bytes, certificates, AT)
      assert.equal(Buffer.from(content).toString(), material.canonical)
      assert.equal(signer.party, 'troyan')
      return 'accepted'
    } catch (error) {
      if (error instanceof BrokerError) return error.code
      throw error
    }
  }
})

function timed<T>(run: () => T): readonly [T, number] {
  const start = process.cpuUsage()
  const result = run()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1000]
}
