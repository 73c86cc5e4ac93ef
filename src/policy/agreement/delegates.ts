import type { PartyId } from '../../model/ids.ts'
import type { Service } from '../../model/service.ts'
import { actsFor } from '../acts-for.ts'
import type { Governance, Grant } from '../governance.ts'
import { judgeAccess } from '../judge-access.ts'
import { stateOf } from './state.ts'

/** Why this party is no delegate under the agreements of a grant; undefined where it is one, or where there are none. */
export const standingOfDelegate = (governance: Governance, grant: Grant, party: PartyId): string | undefined => {
  if (governance.parties.get(party)?.state !== 'active') return `${party} is not an active party`
  if (grant.agreements === undefined || grant.delegate?.party === party) return undefined
  return `not every agreement for ${grant.service} names ${party} as the delegate of ${grant.consumer}`
}

/**
 * May `signer` come in the name of `consumer` at all: as itself, as a delegate that the consumer's file records, or as one
 * that an agreement in force names? Which service it may ask for is decided by the agreements of that service.
 */
export const mayActFor = (governance: Governance, signer: PartyId, consumer: PartyId, at: Date): boolean =>
  actsFor(governance, signer, consumer) || (isActive(governance, signer) && isNamed(governance, signer, consumer, at))

const isActive = (governance: Governance, party: PartyId): boolean => governance.parties.get(party)?.state === 'active'

/** An agreement with somebody who does not own the registry (any more) names nobody. */
const isNamed = ({ agreements, owners }: Governance, signer: PartyId, consumer: PartyId, at: Date): boolean =>
  agreements.some(
    ({ content, acts }) =>
      content.delegate?.party === signer &&
      content.consumer.party === consumer &&
      content.provider === owners.get(content.registry) &&
      stateOf(content, acts, at).inForce,
  )

/**
 * May `sender` hand in what `consumer` signed for this service: its recorded delegate, or the one that the agreements in
 * force of every registry of the service name?
 */
export const mayHandInFor = (
  governance: Governance,
  sender: PartyId,
  consumer: PartyId,
  { service, at }: { readonly service: Service | undefined; readonly at: Date },
): boolean => {
  if (actsFor(governance, sender, consumer)) return true
  if (service === undefined || !isActive(governance, sender)) return false
  const { granted, grant } = judgeAccess(governance, { consumer, service, at })
  if (!granted || grant.agreements?.length !== Object.keys(grant.approvals).length) return false
  return grant.delegate?.party === sender
}
