import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyByFormat } from '../../src/app/formats.ts'
import { verify } from '../../src/exchange/verify.ts'
import { readApplication, readHead } from '../../src/message/read-application.ts'
import { partyId } from '../../src/model/ids.ts'
import { BrokerError } from '../../src/problem/broker-error.ts'
import type { CertificateDirectory } from '../../src/signature/verify-seal.ts'
import { directoryOf } from '../support/certificates.ts'
import { withinCpuTime } from '../support/cpu-time.ts'
import { sampleApplication } from '../support/documents.ts'
import type { Vector } from './attacks/vector.ts'
import { JWS_FILE, VECTORS_FOLDER } from './generate-vectors.ts'
import { cookJws, type JwsOriginals, type JwsRecipe, makeJwsOriginals } from './jws-recipe.ts'

const AT = new Date('2026-10-05T06:30:00Z')
/** CPU time of one verification once the code is warm, so that other work on the machine does not count; more on a slower machine. */
const LIMIT_MS = 100
const MAX_BYTES = 1_048_576

const { tests } = JSON.parse(readFileSync(join(VECTORS_FOLDER, JWS_FILE), 'utf8')) as {
  readonly tests: readonly Vector<JwsRecipe>[]
}

describe('the attack vectors on JWS', () => {
  let originals: JwsOriginals
  let certificates: CertificateDirectory

  before(async () => {
    originals = await makeJwsOriginals()
    const { party, ecParty, weakRsa, otherCurve, expired, otherParty } = originals.signers
    certificates = directoryOf(party, ecParty, weakRsa, otherCurve, expired, otherParty)
    for (let round = 0; round < 20; round += 1) await judge(cookJws({}, originals), {})
  })

  it('have each a name of its own, and are more than a hundred', () => {
    assert.equal(new Set(tests.map(({ id }) => id)).size, tests.length)
    assert.ok(tests.filter(({ expect }) => expect !== 'accepted').length >= 100)
  })

  for (const { id, comment, mutation, expect } of tests)
    it(`${id}: ${comment} → ${expect}`, async () => {
      const bytes = cookJws(mutation, originals)
      const [outcome, elapsedMs] = await withinCpuTime(LIMIT_MS, () => judge(bytes, mutation))
      assert.equal(outcome, expect)
      assert.ok(elapsedMs < LIMIT_MS, `took ${elapsedMs.toFixed(0)} ms`)
    })

  /** The line as far as it reads the application; what it reads of an accepted one is the honest one. */
  async function judge(bytes: Uint8Array, { as: format = 'jws', connection = 'troyan' }: JwsRecipe): Promise<string> {
    try {
      const { content, signer } = await verify(
        { stage: 'received', format, proof: 'signature', bytes, receivedAt: AT, connection: partyId(connection) },
        {
          verifySignature: (received) => Promise.resolve(verifyByFormat(received, certificates, MAX_BYTES)),
          readHead: (content) => readHead(content, format),
          actsFor: () => false,
        },
      )
      assert.equal(signer.party, 'troyan')
      assert.deepEqual(readApplication(content, format), sampleApplication())
      return 'accepted'
    } catch (error) {
      if (error instanceof BrokerError) return error.code
      throw error
    }
  }
})
