import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrokerError } from '../../src/problem/broker-error.ts'
import { type CertificateDirectory, verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf } from '../support/certificates.ts'
import { withinCpuTime } from '../support/cpu-time.ts'
import type { Vector } from './attacks/vector.ts'
import { JWS_FILE, VECTORS_FOLDER, vectorFiles } from './generate-vectors.ts'
import { cook, makeOriginals, type Originals, type Recipe } from './recipe.ts'

const AT = new Date('2026-10-05T06:30:00Z')
/** CPU time of one verification once the code is warm, so that other work on the machine does not count; more on a slower machine. */
const LIMIT_MS = 100

const files = readdirSync(VECTORS_FOLDER).map((file): readonly [string, string] => [
  file,
  readFileSync(join(VECTORS_FOLDER, file), 'utf8'),
])
const vectors = files
  .filter(([file]) => file !== JWS_FILE)
  .flatMap(([, text]) => (JSON.parse(text) as { readonly tests: readonly Vector[] }).tests)

describe('the attack vectors', () => {
  let originals: Originals
  let certificates: CertificateDirectory

  before(async () => {
    originals = await makeOriginals()
    const { party, ecParty, weakRsa, otherCurve, expired } = originals.signers
    certificates = directoryOf(party, ecParty, weakRsa, otherCurve, expired)
    for (const name of ['sealed', 'xades'])
      for (let round = 0; round < 20; round += 1) verifySeal(Buffer.from(originals.texts[name] ?? ''), certificates, AT)
  })

  it('are in their files what the script writes', () => {
    assert.deepEqual(new Map(files), new Map([...vectorFiles()].sort(([a], [b]) => (a < b ? -1 : 1))))
  })

  it('have each a name of its own, and are enough', () => {
    assert.equal(new Set(vectors.map(({ id }) => id)).size, vectors.length)
    assert.ok(vectors.filter(({ expect }) => expect !== 'accepted').length >= 150)
  })

  for (const { id, comment, mutation, expect } of vectors)
    it(`${id}: ${comment} → ${expect}`, async () => {
      const bytes = cook(mutation, originals)
      const [outcome, elapsedMs] = await withinCpuTime(LIMIT_MS, () => judge(bytes, mutation))
      assert.equal(outcome, expect)
      assert.ok(elapsedMs < LIMIT_MS, `took ${elapsedMs.toFixed(0)} ms`)
    })

  function judge(bytes: Uint8Array, { sign }: Recipe): string {
    try {
      const { content, signer } = verifySeal(bytes, certificates, AT)
      assert.equal(Buffer.from(content).toString(), honest(sign?.over))
      assert.equal(signer.party, 'troyan')
      return 'accepted'
    } catch (error) {
      if (error instanceof BrokerError) return error.code
      throw error
    }
  }

  const honest = (over: string | undefined): string =>
    over === undefined || over.startsWith('{{') ? (originals.texts['canonical'] ?? '') : over
})
