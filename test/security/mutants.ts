import assert from 'node:assert/strict'
import fc from 'fast-check'
import { verifyByFormat } from '../../src/app/formats.ts'
import { readApplication, readHead } from '../../src/message/read-application.ts'
import type { SignedFormat } from '../../src/model/exchange.ts'
import { partyId } from '../../src/model/ids.ts'
import { BrokerError } from '../../src/problem/broker-error.ts'
import type { CertificateDirectory } from '../../src/signature/verify-seal.ts'
import { directoryOf, type TestIdentity } from '../support/certificates.ts'
import { jwsMutations } from './jws-mutate.ts'
import { cookJws, makeJwsOriginals } from './jws-recipe.ts'
import { type Mutation, mutations } from './mutate.ts'
import { makeOriginals } from './recipe.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const MAX_BYTES = 1_048_576
const ORIGINALS = ['sealed', 'sealed-ec', 'xades', 'xades-ec'] as const

export interface Tally {
  refused: number
  unchanged: number
  readonly codes: Map<string, number>
}

interface Original {
  readonly bytes: Buffer
  readonly format: SignedFormat
}

interface Herd {
  readonly originals: readonly Original[]
  readonly signers: readonly TestIdentity[]
  readonly mutations: fc.Arbitrary<Mutation>
}

/**
 * Changes signed documents at random: a mutant is refused with `request.*` or `signature.*`, or what the pipeline reads
 * (the verified octets, the head and the application) is what was signed. Throws the smallest counterexample.
 */
export async function runMutants(numRuns: number, seed?: number): Promise<Tally> {
  const { signers, texts } = await makeOriginals()
  const originals = ORIGINALS.map((name) => ({ bytes: Buffer.from(texts[name] ?? ''), format: 'xml' as const }))
  return run({ originals, signers: [signers.party, signers.ecParty], mutations }, numRuns, seed)
}

/** The same with JWS, compact and flattened. */
export async function runJwsMutants(numRuns: number, seed?: number): Promise<Tally> {
  const made = await makeJwsOriginals()
  const originals = (['jws', 'jws-flattened'] as const).flatMap((format) =>
    (['party', 'ecParty'] as const).map((by) => ({
      bytes: Buffer.from(cookJws({ as: format, by }, made)),
      format,
    })),
  )
  const { party, ecParty } = made.signers
  return run({ originals, signers: [party, ecParty], mutations: jwsMutations }, numRuns, seed)
}

function run(herd: Herd, numRuns: number, seed: number | undefined): Tally {
  const certificates = directoryOf(...herd.signers)
  const [first] = herd.originals
  assert.ok(first !== undefined)
  const honest = pipelineReads(first, certificates)
  const tally: Tally = { refused: 0, unchanged: 0, codes: new Map() }
  fc.assert(
    fc.property(fc.constantFrom(...herd.originals), herd.mutations, ({ bytes, format }, mutate) => {
      try {
        assert.deepEqual(pipelineReads({ bytes: mutate(bytes), format }, certificates), honest)
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

function pipelineReads({ bytes, format }: Original, certificates: CertificateDirectory) {
  const connection = partyId('troyan')
  const { content, signer } = verifyByFormat(
    { stage: 'received', proof: 'signature', bytes, format, receivedAt: AT, connection },
    certificates,
    MAX_BYTES,
  )
  return {
    party: signer.party,
    octets: Buffer.from(content).toString('latin1'),
    head: readHead(content, format),
    application: readApplication(content, format),
  }
}
