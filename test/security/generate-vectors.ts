/**
 * Writes test/security/vectors/*.json: the attacks as data, for this suite and for others. A vector says how its document
 * is made from originals that are signed when the suite runs, so no key and no signature is stored.
 *
 *     node --import tsx test/security/generate-vectors.ts
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ALGORITHM_ATTACKS } from './attacks/algorithms.ts'
import { STRUCTURE_ATTACKS } from './attacks/structure.ts'
import { TRUTH_ATTACKS } from './attacks/truth.ts'
import { JWS_ATTACKS } from './attacks/jws.ts'
import type { Vector } from './attacks/vector.ts'
import { XADES_ATTACKS } from './attacks/xades.ts'
import { XML_ATTACKS } from './attacks/xml.ts'

export const VECTORS_FOLDER = join(import.meta.dirname, 'vectors')

const XML = { algorithm: 'XML signature, enveloped', schema: 'test/security/recipe.ts' }
const JWS = { algorithm: 'JWS, compact and flattened', schema: 'test/security/jws-recipe.ts' }

/** JWS are made by other recipes, and judged by jws-vectors.test.ts. */
export const JWS_FILE = 'jws.json'

const SUITES: Readonly<Record<string, readonly [notes: string, vectors: readonly Vector<unknown>[]]>> = {
  'xml.json': ['What is refused before a signature is looked for.', XML_ATTACKS],
  'structure.json': ['Place and form of the signature.', STRUCTURE_ATTACKS],
  'algorithms.json': ['The closed lists.', ALGORITHM_ATTACKS],
  'truth.json': ['Certificates, values, digests; and what is accepted.', TRUTH_ATTACKS],
  'xades.json': ['The XAdES-B-B profile.', XADES_ATTACKS],
  [JWS_FILE]: ['Applications in JSON.', JWS_ATTACKS],
}

/** File name → text, as it has to stand in the folder. */
export const vectorFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(SUITES).map(([file, [notes, vectors]]) => [
      file,
      `${JSON.stringify({ ...(file === JWS_FILE ? JWS : XML), notes, numberOfTests: vectors.length, tests: vectors }, null, 1)}\n`,
    ]),
  )

if (process.argv[1] === import.meta.filename)
  for (const [file, text] of vectorFiles()) writeFileSync(join(VECTORS_FOLDER, file), text)
