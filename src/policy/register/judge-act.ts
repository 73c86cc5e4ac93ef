import type { AgreementAct, AgreementContent, RecordedAct, Side } from '../../model/agreement.ts'
import type { PartyId } from '../../model/ids.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { holdsIdentifier } from '../agreement/holds-identifier.ts'
import { CLOCK_AHEAD_MS, requireActive } from '../agreement/judge-content.ts'
import { contentFault } from '../agreement/read-act.ts'
import { possibleActs, sideOf, stateOf } from '../agreement/state.ts'
import type { Governance } from '../governance.ts'
import type { ProvenAct } from './access-register.ts'

/** A signed act that nobody brings within a day must be signed anew: what was held back may no longer be meant. */
const OLDEST_MS = 86_400_000

/** What the signature proves must be what the act says, and say it now. */
export function requireOwn(act: AgreementAct, { signer }: ProvenAct, at: Date): void {
  if (act.by !== signer.party)
    throw new BrokerError('agreement.not-a-side', `the act is declared by ${act.by}, but signed by ${signer.party}`)
  const age = at.getTime() - Date.parse(act.at)
  if (-age > CLOCK_AHEAD_MS) throw contentFault(['the act: /at lies in the future'])
  if (age > OLDEST_MS) throw contentFault(['the act: /at is more than a day ago; sign it anew'])
  if (act.reason !== undefined && holdsIdentifier(act.reason))
    throw contentFault(['the act: /reason holds what looks like an identifier of a person or thing'])
}

/** As whom the signer acts. Refuses with `access.*` and `agreement.not-a-side`. */
export function requireSide(content: AgreementContent, by: PartyId, governance: Governance): Side {
  requireActive(governance, by)
  const side = sideOf(content, by) ?? (governance.parties.get(by)?.role === 'operator' ? 'operator' : undefined)
  if (side === undefined) throw new BrokerError('agreement.not-a-side', `${by} is no side of this agreement`)
  return side
}

/** Who accepts shows that it has one of the keys that the agreement is bound to; the owner of a registry is bound to none. */
export function requireBoundKey(content: AgreementContent, act: AgreementAct, side: Side, key: string): void {
  if (act.act !== 'accept') return
  const bound = side === 'consumer' ? content.consumer.keys : side === 'delegate' ? content.delegate?.keys : undefined
  if (bound !== undefined && !bound.includes(key))
    throw new BrokerError('access.key', 'the acceptance is signed with a key that the agreement is not bound to')
}

/** Is it possible as things stand? Refuses with `agreement.act-refused`, saying the state and what is possible. */
export function requirePossible(
  content: AgreementContent,
  acts: readonly RecordedAct[],
  { act, side }: { readonly act: AgreementAct; readonly side: Side },
  at: Date,
): void {
  const possible = possibleActs(content, acts, at)
  if (possible[act.act]?.includes(side) !== true) {
    const { name } = stateOf(content, acts, at)
    throw new BrokerError('agreement.act-refused', `it is ${name}; ${side} may ${mayDo(possible, side)}`)
  }
  const before = acts.findLast(({ by }) => by === act.by)
  if (before !== undefined && act.at <= before.at)
    throw new BrokerError('agreement.act-refused', `${act.by} declared something later already (${before.at})`)
}

const mayDo = (possible: ReturnType<typeof possibleActs>, side: Side): string => {
  const acts = Object.entries(possible).flatMap(([act, sides]) => (sides.includes(side) ? [act] : []))
  return acts.length === 0 ? 'do nothing more' : acts.join(' or ')
}
