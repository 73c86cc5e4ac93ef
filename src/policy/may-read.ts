import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { actsFor } from './acts-for.ts'
import type { Governance } from './governance.ts'

/**
 * The parties whose exchanges this one may read: itself, and those whose recorded delegate it is. Refuses a suspended
 * party with `access.suspended`.
 */
export function readableBy(governance: Governance, reader: PartyId): readonly PartyId[] {
  if (governance.parties.get(reader)?.state !== 'active')
    throw new BrokerError('access.suspended', `${reader} is suspended`)
  const others = [...governance.parties.keys()].filter((party) => party !== reader)
  return [reader, ...others.filter((party) => actsFor(governance, reader, party))]
}
