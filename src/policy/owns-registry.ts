import type { PartyId } from '../model/ids.ts'
import { isLeftOut } from '../model/left-out.ts'
import type { Governance } from './governance.ts'

/**
 * Whether what this party agreed to counts for the registry. Where it cannot be read whose registry that is, since its adapter
 * is left out, what was agreed stands: nothing can be asked there, and a question ends with the registry's absence, not with a refusal.
 */
export function ownsRegistry({ owners, leftOut }: Governance, party: PartyId, registry: string): boolean {
  const owner = owners.get(registry)
  return owner === undefined ? leftOut !== undefined && isLeftOut(leftOut, registry) : owner === party
}
