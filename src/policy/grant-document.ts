import type { GrantDocument } from '../model/decision.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import type { Grant } from './governance.ts'

/** Grants are frozen: each is written once in the life of the process. */
const known = new WeakMap<Grant, GrantDocument>()

/** What a file grants, as the rules read it. */
export function grantDocument(grant: Grant): GrantDocument {
  const found = known.get(grant)
  if (found !== undefined) return found
  const content = canonicalJson(grant)
  const document = { digest: sha256Hex(content), content }
  known.set(grant, document)
  return document
}
