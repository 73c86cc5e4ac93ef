import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readApplication, readHead } from '../../src/message/read-application.ts'
import { BrokerError } from '../../src/problem/broker-error.ts'
import { verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf } from '../support/certificates.ts'
import { mutations } from './mutate.ts'
import { makeOriginals } from './recipe.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const ORIGINALS = ['sealed', 'sealed-ec', 'xades', 'xades-ec'] as const

export interface Tally {
  refused: number
  unchanged: number
  readonly codes: Map<string, number>
}

/**
 * Changes signed documents at random: a mutant is refused with `request.*` or `signature.*`, or what the pipeline reads
 * (the verified octets, the head and the application) is what was signed. Throws the smallest counterexample.
 */
export async function runMutants(numRuns: number, seed?: number): Promise<Tally> {
  const { signers, texts } = await makeOriginals()
  const certificates = directoryOf(signers.party, signers.ecParty)
  const signed = ORIGINALS.map((name) => Buffer.from(texts[name] ?? ''))
  const honest = verifySeal(signed[0] ?? Buffer.alloc(0), certificates, AT).content
  const expected = { head: readHead(honest), application: readApplication(honest) }
  const tally: Tally = { refused: 0, unchanged: 0, codes: new Map() }
  fc.assert(
    fc.property(fc.constantFrom(...signed), mutations, (document, mutate) => {
      try {
        const { content, signer } = verifySeal(mutate(document), certificates, AT)
        assert.equal(signer.party, 'troyan')
        assert.ok(Buffer.from(content).equals(honest))
        assert.deepEqual({ head: readHead(content), application: readApplication(content) }, expected)
        tally.unchanged += 1
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error
        assert.match(error.code, /^(?:signature|request)\./)
        tally.refused += 1
        tally.codes.set(error.code, (tally.codes.get(error.code) ?? 0) + 1)
      }
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  )
  return tally
}
