import type { Agreement, BoundParty } from '../../model/agreement.ts'
import { type OperationRef, registryOf } from '../../model/ids.ts'
import { canonicalJson, sha256Hex } from '../../schema/canonical-json.ts'
import type { Grant } from '../governance.ts'
import { sofiaDay } from '../../model/sofia-day.ts'

/** One agreement as a grant for its registry alone. */
export const grantOf = ({ digest, content, acts }: Agreement): Grant => {
  const { consumer, provider, registry, service, quota, delegate, officials } = content
  const accepted = acts.findLast(({ act, by }) => act === 'accept' && by === provider)
  const on = accepted === undefined ? content.validity.from : sofiaDay(new Date(accepted.recordedAt))
  return {
    id: digest,
    consumer: consumer.party,
    service,
    legalBases: content.legalBases,
    disclose: Object.fromEntries(
      content.operations.map(({ operation, fields }): [OperationRef, readonly string[]] => [operation, fields]),
    ),
    withhold: content.withhold,
    validFrom: content.validity.from,
    validUntil: content.validity.until,
    approvals: { [registry]: { by: provider, on, reference: digest } },
    agreements: [{ registry, digest, ...(quota === undefined ? {} : { perDay: quota.perDay }) }],
    keys: consumer.keys,
    ...(delegate === undefined ? {} : { delegate }),
    ...(officials === undefined ? {} : { officials }),
    openCase: content.openCase === true,
  }
}

/** What a file grants of these registries alone. */
export const restrictedTo = (grant: Grant, registries: readonly string[]): Grant => ({
  ...grant,
  disclose: Object.fromEntries(
    Object.entries(grant.disclose).filter(([operation]) => registries.includes(registryOf(operation as OperationRef))),
  ),
  approvals: Object.fromEntries(Object.entries(grant.approvals).filter(([registry]) => registries.includes(registry))),
})

/** What all lists name, in the order of the first; absent: anything. */
const inAll = (lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined => {
  const [first, ...others] = lists.filter((list) => list !== undefined)
  return first?.filter((each) => others.every((list) => list.includes(each)))
}

/** Named in every agreement, or nobody. */
const delegateOf = (grants: readonly Grant[]): BoundParty | undefined => {
  const named = grants.map(({ delegate }) => delegate)
  const [first] = named
  if (first === undefined || named.some((each) => each?.party !== first.party)) return undefined
  return { party: first.party, keys: inAll(named.map((each) => each?.keys)) ?? [] }
}

/**
 * The parts of one consumer's permission for one service as one grant: each opens its own registry, and what limits one
 * limits all. Of one part only it is that part.
 */
export const joined = (parts: readonly [Grant, ...Grant[]]): Grant => {
  const [first] = parts
  if (parts.length === 1) return first
  const agreed = parts.filter(({ agreements }) => agreements !== undefined)
  const keys = inAll(agreed.map((part) => part.keys))
  const delegate = delegateOf(agreed)
  const officials = inAll(parts.map((part) => part.officials))
  return {
    id: `agreed-${sha256Hex(canonicalJson(parts.map(({ id, approvals }) => [id, Object.keys(approvals).toSorted()])))}`,
    consumer: first.consumer,
    service: first.service,
    legalBases: inAll(parts.map(({ legalBases }) => legalBases)) ?? [],
    disclose: Object.assign({}, ...parts.map((part) => part.disclose)) as Grant['disclose'],
    withhold: [...new Set(parts.flatMap(({ withhold }) => withhold))],
    validFrom: parts.map(({ validFrom }) => validFrom).reduce((one, other) => (one > other ? one : other)),
    validUntil: parts.map(({ validUntil }) => validUntil).reduce((one, other) => (one < other ? one : other)),
    approvals: Object.assign({}, ...parts.map((part) => part.approvals)) as Grant['approvals'],
    ...(agreed.length === 0 ? {} : { agreements: agreed.flatMap(({ agreements = [] }) => agreements) }),
    ...(keys === undefined ? {} : { keys }),
    ...(delegate === undefined ? {} : { delegate }),
    ...(officials === undefined ? {} : { officials }),
    openCase: parts.some(({ openCase }) => openCase === true),
  }
}
