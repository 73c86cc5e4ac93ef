import assert from 'node:assert/strict'
import { EXCLUSIVE_C14N } from '../../../src/signature/algorithms.ts'
import { type CertificateDirectory, verifySeal } from '../../../src/signature/verify-seal.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { transform, type Wishes } from '../../security/forge.ts'
import { cook, makeOriginals, type Originals, type Recipe } from '../../security/recipe.ts'
import { directoryOf } from '../../support/certificates.ts'

/** What is wrong, how it is made, and what its sender is told. */
export type Case = readonly [what: string, recipe: Recipe, told: string]

const AT = new Date('2026-10-05T06:30:00Z')
/** On no list. */
export const UNKNOWN = 'urn:example:unknown'

export const change = (find: string, put: string, document = '{{sealed}}'): Recipe => ({
  document,
  changes: [{ find, put }],
})
export const wished = (wishes: Wishes): Recipe => ({ sign: { by: 'party', ...wishes } })
export const ENVELOPED = transform('http://www.w3.org/2000/09/xmldsig#enveloped-signature')
export const envelopedThen = (content: string): string => ENVELOPED + transform(EXCLUSIVE_C14N, content)

/** The cases as tests, judged by the whole of `verifySeal`. */
export function refuses(
  refused: Readonly<Record<string, readonly Case[]>>,
  accepted: readonly (readonly [string, Recipe])[],
): void {
  let originals: Originals
  let certificates: CertificateDirectory
  before(async () => {
    originals = await makeOriginals()
    certificates = directoryOf(originals.signers.party)
  })

  const answerTo = (recipe: Recipe): string => {
    try {
      verifySeal(cook(recipe, originals), certificates, AT)
    } catch (error) {
      if (error instanceof BrokerError) return `${error.code}: ${error.detail}`
      throw error
    }
    return 'accepted'
  }

  for (const [code, cases] of Object.entries(refused))
    for (const [what, recipe, told] of cases)
      it(`is refused and told what is wrong: ${what}`, () => {
        assert.equal(answerTo(recipe), `${code}: ${told}`)
      })

  for (const [what, recipe] of accepted)
    it(`is not refused for ${what}`, () => {
      assert.equal(answerTo(recipe), 'accepted')
    })
}
