import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { partyId } from '../../../src/model/ids.ts'
import { ANSWER_JWS, ANSWER_TYPE, APPLICATION_TYPE, verifyJws } from '../../../src/signature/verify-jws.ts'
import { sealJws } from '../../../src/signature/seal-jws.ts'
import { directoryOf, makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'
import { ISSUED_AT, sampleApplication } from '../../support/documents.ts'
import { writeJsonApplication } from '../../../src/message/write-application.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const FORMATS = ['jws', 'jws-flattened'] as const
const JSON_TEXT = writeJsonApplication(sampleApplication({ case: 'ТР-2026 🛶 й' }))

for (const kind of ['rsa-2048', 'p-256'] as const)
  describe(`a JWS by edno's own hand, ${kind}`, () => {
    let identity: TestIdentity
    before(async () => {
      identity = await makeIdentity('troyan', kind)
    })
    const seal = (format: (typeof FORMATS)[number], type = APPLICATION_TYPE): Uint8Array =>
      sealJws(JSON_TEXT, sealerOf(identity), { format, type, at: new Date(ISSUED_AT) })

    for (const format of FORMATS)
      it(`is verified (${format}): its payload, who signed, when they say so, and the digest of its value`, () => {
        const bytes = seal(format)
        const { content, signer, valueDigest } = verifyJws({ bytes, format }, directoryOf(identity), AT)
        assert.equal(Buffer.from(content).toString(), JSON_TEXT)
        assert.deepEqual([signer.party, signer.certificate], [partyId('troyan'), identity.fingerprint])
        assert.equal(signer.claimedAt, '2026-10-05T06:30:00Z')
        const text = Buffer.from(bytes).toString()
        const value = format === 'jws' ? text.split('.')[2] : (JSON.parse(text) as { signature: string }).signature
        const digest = createHash('sha256')
          .update(Buffer.from(value ?? '', 'base64url'))
          .digest('hex')
        assert.equal(Buffer.from(valueDigest).toString('hex'), digest)
      })

    it('is the one of an answer only where an answer is expected, and the reverse', () => {
      const answer = { bytes: seal('jws', ANSWER_TYPE), format: 'jws' } as const
      const application = { bytes: seal('jws'), format: 'jws' } as const
      assert.doesNotThrow(() => verifyJws(answer, directoryOf(identity), AT, ANSWER_JWS))
      assert.throws(() => verifyJws(answer, directoryOf(identity), AT), { code: 'signature.structure' })
      assert.throws(() => verifyJws(application, directoryOf(identity), AT, ANSWER_JWS), {
        code: 'signature.structure',
      })
    })

    it('is read in no other serialisation than the one that was named', () => {
      for (const [format, other] of [FORMATS, FORMATS.toReversed()] as const)
        assert.throws(() => verifyJws({ bytes: seal(format), format: other }, directoryOf(identity), AT), {
          code: 'request.malformed',
        })
    })
  })
