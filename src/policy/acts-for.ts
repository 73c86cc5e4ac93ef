import type { PartyId } from '../model/ids.ts'
import type { Governance } from './governance.ts'

/** A party acts for itself; another acts for it only as its recorded delegate, and only while active. */
export const actsFor = (governance: Governance, signer: PartyId, consumer: PartyId): boolean => {
  if (signer === consumer) return true
  const delegated = governance.parties.get(consumer)?.delegates.includes(signer) ?? false
  return delegated && governance.parties.get(signer)?.state === 'active'
}
