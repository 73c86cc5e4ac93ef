import type { AgreementContent } from '../model/agreement.ts'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { actsFor } from './acts-for.ts'
import type { Governance } from './governance.ts'

type Sides = Pick<AgreementContent, 'consumer' | 'provider' | 'delegate'>

/**
 * Whose business an agreement is: its consumer's, its provider's, its delegate's, of those whose recorded delegate acts
 * for them, and of operators and auditors. Refuses a suspended reader with `access.suspended`.
 */
export function agreementReader(governance: Governance, reader: PartyId): (sides: Sides) => boolean {
  const party = requireActive(governance, reader)
  if (party.role === 'operator' || party.role === 'auditor') return () => true
  return (sides) => isSide(governance, reader, sides)
}

/** Or acts for one; operators and auditors see agreements without being a side of them. */
export const isSide = (governance: Governance, reader: PartyId, sides: Sides): boolean =>
  sidesOf(sides).some((side) => actsFor(governance, reader, side))

/** Those whose agreements are the reader's business, so that no others are read; undefined: everybody's. */
export function partiesSeenBy(governance: Governance, reader: PartyId): readonly PartyId[] | undefined {
  const { role } = requireActive(governance, reader)
  if (role === 'operator' || role === 'auditor') return undefined
  return [...governance.parties.keys()].filter((party) => actsFor(governance, reader, party))
}

/** May the reader see how much all consumers together ask of this owner? */
export function totalsReader(governance: Governance, reader: PartyId): (provider: PartyId) => boolean {
  const { role } = requireActive(governance, reader)
  if (role === 'operator' || role === 'auditor') return () => true
  return (provider) => actsFor(governance, reader, provider)
}

/** May `sender` hand in what `signer` declared about this? For itself, or as a delegate, recorded or named in it. */
export function mayHandIn(
  governance: Governance,
  sender: PartyId,
  signer: PartyId,
  content: Pick<AgreementContent, 'consumer' | 'delegate'> | undefined,
): boolean {
  requireActive(governance, sender)
  const isNamed = content?.delegate?.party === sender && content.consumer.party === signer
  return isNamed || actsFor(governance, sender, signer)
}

const sidesOf = ({ consumer, provider, delegate }: Sides): readonly PartyId[] => [
  consumer.party,
  provider,
  ...(delegate === undefined ? [] : [delegate.party]),
]

function requireActive(governance: Governance, id: PartyId) {
  const party = governance.parties.get(id)
  if (party?.state !== 'active') throw new BrokerError('access.suspended', `${id} is suspended`)
  return party
}
