import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { actsFor } from './acts-for.ts'
import type { Governance, PartyRole } from './governance.ts'

/** Refuses with `access.not-auditor` whoever has another role, and with `access.suspended` one that is suspended. */
export function requireAuditor(governance: Governance, reader: PartyId): PartyRole {
  const { role } = requireActive(governance, reader)
  if (role !== 'auditor') throw new BrokerError('access.not-auditor', `${reader} is no auditor`)
  return role
}

/** Refuses with `access.not-portal` whoever has another role, and with `access.suspended` one that is suspended. */
export function requirePortal(governance: Governance, reader: PartyId): PartyRole {
  const { role } = requireActive(governance, reader)
  if (role !== 'portal') throw new BrokerError('access.not-portal', `${reader} is no citizen portal`)
  return role
}

/**
 * Refuses with `access.not-owner` whoever is neither the owner of this registry nor its recorded delegate, in the same
 * words where there is no such registry.
 */
export function requireOwner(governance: Governance, reader: PartyId, registry: string): PartyRole {
  const { role } = requireActive(governance, reader)
  const owner = governance.owners.get(registry)
  if (owner === undefined || !actsFor(governance, reader, owner))
    throw new BrokerError('access.not-owner', `${reader} does not own this registry`)
  return role
}

/**
 * As whom a party may see how a registry does: its owner and the owner's recorded delegate, auditors and operators. Refuses
 * others with `access.not-owner`, and all where there is no such registry, in the same words.
 */
export function requireWatcher(
  governance: Governance,
  reader: PartyId,
  registry: string,
): 'owner' | 'auditor' | 'operator' {
  const { role } = requireActive(governance, reader)
  const owner = governance.owners.get(registry)
  if (owner !== undefined && actsFor(governance, reader, owner)) return 'owner'
  if (owner !== undefined && (role === 'auditor' || role === 'operator')) return role
  throw new BrokerError('access.not-owner', `${reader} does not own this registry`)
}

/** Refuses with `access.not-operator` whoever is neither operator nor auditor, and with `access.suspended` one that is suspended. */
export function requireOverseer(governance: Governance, reader: PartyId): PartyRole {
  const { role } = requireActive(governance, reader)
  if (role !== 'operator' && role !== 'auditor')
    throw new BrokerError('access.not-operator', `${reader} is neither operator nor auditor`)
  return role
}

/** Refuses a suspended party with `access.suspended`. */
export function requireActive(governance: Governance, reader: PartyId): { readonly role: PartyRole } {
  const party = governance.parties.get(reader)
  if (party?.state !== 'active') throw new BrokerError('access.suspended', `${reader} is suspended`)
  return party
}
