import type { Agreement, AgreementState } from '../../model/agreement.ts'
import type { PartyId, ServiceRef } from '../../model/ids.ts'
import type { Governance } from '../governance.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import { stateOf, wasAgreed } from './state.ts'

/** An agreement as it stands at some moment. */
export interface Stated {
  readonly agreement: Agreement
  readonly state: AgreementState
}

/**
 * What the agreements on one registry amount to for one consumer and service. `open`: its owner never agreed to any.
 * `closed`: it did once, so that no file speaks for it any more, but none is in force.
 */
export type RegistryStanding =
  | { readonly kind: 'agreed'; readonly agreement: Agreement }
  | { readonly kind: 'open'; readonly nearest?: Stated }
  | { readonly kind: 'closed'; readonly nearest: Stated }

const indices = new WeakMap<readonly Agreement[], ReadonlyMap<string, readonly Agreement[]>>()

const keyOf = (consumer: PartyId, service: ServiceRef, registry: string): string => `${consumer} ${service} ${registry}`

/** By consumer, service and registry; made once for a snapshot. */
const indexOf = (agreements: readonly Agreement[]): ReadonlyMap<string, readonly Agreement[]> => {
  const known = indices.get(agreements)
  if (known !== undefined) return known
  const index = new Map<string, Agreement[]>()
  for (const agreement of agreements) {
    const { consumer, service, registry } = agreement.content
    const key = keyOf(consumer.party, service, registry)
    const same = index.get(key)
    if (same === undefined) index.set(key, [agreement])
    else same.push(agreement)
  }
  indices.set(agreements, index)
  return index
}

const lastSequence = ({ acts }: Agreement): number => acts.at(-1)?.sequence ?? 0

/** When it came to be agreed: the newest of several is the last word. */
const agreedSequence = ({ acts }: Agreement): number => acts.findLast(({ act }) => act === 'accept')?.sequence ?? 0

const newest = (stated: readonly Stated[], order: (agreement: Agreement) => number): Stated | undefined =>
  stated.toSorted((one, other) => order(one.agreement) - order(other.agreement)).at(-1)

/** Suspended it stops what older agreements would let through: who suspends wants no more questions for now. */
const counts = ({ agreement, state }: Stated, date: string): boolean =>
  state.inForce || (state.name === 'suspended' && agreement.content.validity.from <= date)

/**
 * The newest agreement that is in force wins; one that is suspended stands in the way of older ones. An agreement with
 * somebody who does not own the registry (any more) is none.
 */
export const standingOf = (
  governance: Governance,
  question: { readonly consumer: PartyId; readonly service: ServiceRef; readonly registry: string },
  at: Date,
): RegistryStanding => {
  const { consumer, service, registry } = question
  const owner = governance.owners.get(registry)
  const all = (indexOf(governance.agreements).get(keyOf(consumer, service, registry)) ?? [])
    .filter(({ content }) => content.provider === owner)
    .map((agreement) => ({ agreement, state: stateOf(agreement.content, agreement.acts, at) }))
  const date = sofiaDay(at)
  const counting = newest(
    all.filter((stated) => counts(stated, date)),
    agreedSequence,
  )
  if (counting !== undefined)
    return counting.state.inForce
      ? { kind: 'agreed', agreement: counting.agreement }
      : { kind: 'closed', nearest: counting }
  return withoutForce(all)
}

const withoutForce = (all: readonly Stated[]): RegistryStanding => {
  const nearest = newest(all, lastSequence)
  if (nearest === undefined) return { kind: 'open' }
  const once = all.some(({ agreement }) => wasAgreed(agreement.content, agreement.acts))
  return { kind: once ? 'closed' : 'open', nearest }
}
