import type { AgreementContent, RecordedAct, Side } from '../../model/agreement.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import type { Stated } from './standing.ts'
import { sideOf } from './state.ts'

const LONGEST_REASON = 200

/** In words: why an agreement is not in force. Names parties, dates and what the parties gave as a reason. */
export const sayStanding = (stated: Stated): string => {
  if (stated.outdated === true) return 'the service changed since it was agreed'
  if (stated.agreement.damaged === true) return 'its records in the database are not what was signed'
  return sayState(stated)
}

const sayState = ({ agreement: { content, acts }, state }: Stated): string => {
  const parties = state.by.map((side) => partyOf(content, acts, side)).join(' and ')
  switch (state.name) {
    case 'proposed':
      return `waits for ${parties} since ${dayOf(acts[0])}`
    case 'suspended':
      return `suspended by ${parties}${reasonOf(acts, 'suspend')}`
    case 'refused':
      return `refused by ${parties}${reasonOf(acts, 'refuse')}`
    case 'revoked':
      return `revoked by ${parties}${reasonOf(acts, 'revoke')}`
    case 'withdrawn':
      return `withdrawn by ${parties}`
    case 'expired':
      return `ended on ${content.validity.until}`
    case 'valid':
      return state.inForce ? 'in force' : `begins on ${content.validity.from}`
  }
}

const partyOf = (content: AgreementContent, acts: readonly RecordedAct[], side: Side): string => {
  if (side === 'operator') return acts.findLast((act) => act.side === 'operator')?.by ?? side
  return [content.consumer.party, content.provider, content.delegate?.party].find(
    (party) => party !== undefined && sideOf(content, party) === side,
  ) as string
}

const dayOf = (act: RecordedAct | undefined): string =>
  act === undefined ? 'it was proposed' : sofiaDay(new Date(act.recordedAt))

const reasonOf = (acts: readonly RecordedAct[], kind: RecordedAct['act']): string => {
  const reason = acts.findLast(({ act }) => act === kind)?.reason
  return reason === undefined ? '' : `: ${reason.slice(0, LONGEST_REASON)}`
}
