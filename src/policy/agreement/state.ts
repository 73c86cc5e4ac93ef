import type {
  ActKind,
  AgreementContent,
  AgreementState,
  AgreementStateName,
  RecordedAct,
  Side,
} from '../../model/agreement.ts'
import type { PartyId } from '../../model/ids.ts'
import { sofiaDay } from '../../model/sofia-day.ts'

type Ended = Extract<AgreementStateName, 'refused' | 'withdrawn' | 'revoked'>

/** What the acts up to some point amount to, the clock aside. */
interface Standing {
  readonly accepted: readonly Side[]
  readonly suspended: readonly Side[]
  readonly ended?: { readonly name: Ended; readonly by: Side }
}

/** What a state may depend on. */
type Recorded = Pick<RecordedAct, 'act' | 'by' | 'side' | 'recordedAt'>

const BEGINNING: Standing = { accepted: [], suspended: [] }
const ENDS: Partial<Record<ActKind, Ended>> = { refuse: 'refused', withdraw: 'withdrawn', revoke: 'revoked' }
const MAY_SUSPEND: readonly Side[] = ['consumer', 'provider', 'operator']

/** The side of a party by what was agreed alone; undefined for everybody else, edno's operator too. */
export const sideOf = (content: AgreementContent, party: PartyId): Side | undefined => {
  if (party === content.consumer.party) return 'consumer'
  if (party === content.provider) return 'provider'
  return party === content.delegate?.party ? 'delegate' : undefined
}

/** All that have to accept. */
const neededBy = (content: AgreementContent): readonly Side[] => [
  'consumer',
  'provider',
  ...(content.delegate === undefined ? [] : (['delegate'] as const)),
]

const missing = (content: AgreementContent, { accepted }: Standing): readonly Side[] =>
  neededBy(content).filter((side) => !accepted.includes(side))

const isOver = (content: AgreementContent, at: Date): boolean => sofiaDay(at) > content.validity.until

/** Who may do what as things stand; the last day has not passed. */
const possible = (content: AgreementContent, standing: Standing): Partial<Record<ActKind, readonly Side[]>> => {
  if (standing.ended !== undefined) return {}
  const open = missing(content, standing)
  const others = neededBy(content).filter((side) => side !== 'consumer')
  if (open.length > 0) return { accept: open, refuse: others, withdraw: ['consumer'] }
  return {
    revoke: neededBy(content),
    suspend: MAY_SUSPEND.filter((side) => !standing.suspended.includes(side)),
    resume: standing.suspended,
  }
}

const after = (standing: Standing, act: ActKind, side: Side): Standing => {
  const ended = ENDS[act]
  if (ended !== undefined) return { ...standing, ended: { name: ended, by: side } }
  if (act === 'accept') return { ...standing, accepted: [...standing.accepted, side] }
  const others = standing.suspended.filter((each) => each !== side)
  return { ...standing, suspended: act === 'suspend' ? [...others, side] : others }
}

const next = (content: AgreementContent, standing: Standing, act: Recorded): Standing => {
  const side = sideOf(content, act.by) ?? (act.side === 'operator' ? 'operator' : undefined)
  if (side === undefined || isOver(content, new Date(act.recordedAt))) return standing
  return possible(content, standing)[act.act]?.includes(side) === true ? after(standing, act.act, side) : standing
}

/** Folds the acts in the order of recording; what was not admissible when it was recorded changes nothing. */
const standingOf = (content: AgreementContent, acts: readonly Recorded[]): Standing =>
  acts.reduce((standing, act) => next(content, standing, act), BEGINNING)

/** Pure: follows from content, acts and clock, and from nothing else. */
export const stateOf = (content: AgreementContent, acts: readonly Recorded[], now: Date): AgreementState => {
  const standing = standingOf(content, acts)
  const is = (name: AgreementStateName, by: readonly Side[] = []): AgreementState => ({ name, by, inForce: false })
  if (standing.ended !== undefined) return is(standing.ended.name, [standing.ended.by])
  const date = sofiaDay(now)
  if (date > content.validity.until) return is('expired')
  const open = missing(content, standing)
  if (open.length > 0) return is('proposed', open)
  if (standing.suspended.length > 0) return is('suspended', standing.suspended)
  return { name: 'valid', by: [], inForce: date >= content.validity.from }
}

/** The acceptance that was the last one needed, whatever came of it since; undefined while somebody is missing. */
export const agreedBy = <Act extends Recorded>(content: AgreementContent, acts: readonly Act[]): Act | undefined => {
  let standing = BEGINNING
  return acts.find((act) => {
    standing = next(content, standing, act)
    return missing(content, standing).length === 0
  })
}

/** Act → the sides that may declare it at `now`; nothing once the agreement has ended. */
export const possibleActs = (
  content: AgreementContent,
  acts: readonly Recorded[],
  now: Date,
): Partial<Record<ActKind, readonly Side[]>> =>
  isOver(content, now) ? {} : possible(content, standingOf(content, acts))
