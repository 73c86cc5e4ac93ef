import type { PartyId } from '../../model/ids.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { actsFor } from '../acts-for.ts'
import type { Governance, Grant } from '../governance.ts'
import { standingOfDelegate } from './delegates.ts'

export interface SignerQuestion {
  readonly consumer: PartyId
  readonly signer: { readonly party: PartyId; readonly key: string }
}

/** May this signer use the grant, with this key? Refuses with `access.delegation` or `access.key`. */
export function requireSigner(governance: Governance, grant: Grant, question: SignerQuestion): void {
  const { consumer, signer } = question
  const keys = signer.party === consumer ? grant.keys : keysOfDelegate(governance, grant, question)
  if (keys !== undefined && !keys.includes(signer.key))
    throw new BrokerError('access.key', `${grant.service} for ${consumer} is not bound to the key that signed`)
}

/** The official of the grant that this position is, in the grant's words; undefined where any may ask. Refuses with `access.official`. */
export function officialOf({ officials, service, consumer }: Grant, position: string): string | undefined {
  if (officials === undefined) return undefined
  const found = officials.find((each) => plain(each) === plain(position))
  if (found === undefined)
    throw new BrokerError('access.official', `${service} for ${consumer} is for: ${officials.join(', ')}`)
  return found
}

/** A delegate must be one by every part: named in each agreement, and where a file grants, recorded in the party's file. */
function keysOfDelegate(
  governance: Governance,
  grant: Grant,
  { consumer, signer }: SignerQuestion,
): readonly string[] | undefined {
  const refused = standingOfDelegate(governance, grant, signer.party)
  if (refused !== undefined) throw new BrokerError('access.delegation', refused)
  const agreed = grant.agreements?.length ?? 0
  if (Object.keys(grant.approvals).length > agreed && !actsFor(governance, signer.party, consumer))
    throw new BrokerError('access.delegation', `${signer.party} is no recorded delegate of ${consumer}`)
  return agreed === 0 ? undefined : (grant.delegate?.keys ?? [])
}

/** Positions are compared as people read them: neither case nor spacing tells two apart. */
const plain = (position: string): string =>
  position.normalize('NFC').trim().replace(/\s+/gu, ' ').toLocaleLowerCase('bg')
