import type { Service } from '../model/service.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import type { Governance } from './governance.ts'

type Named = ReadonlyMap<string, unknown>

const members = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || (one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other))

const changedMembers = (one: unknown, other: unknown): string => {
  const [before, after] = [members(one), members(other)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isSame(before[name], after[name]))
    .toSorted()
    .join(', ')
}

const compare = (kind: string, before: Named, after: Named): readonly string[] => [
  ...[...before.keys()].filter((id) => !after.has(id)).map((id) => `${kind} ${id} removed`),
  ...[...after].flatMap(([id, value]) => {
    if (!before.has(id)) return [`${kind} ${id} added`]
    return isSame(before.get(id), value) ? [] : [`${kind} ${id} changed: ${changedMembers(before.get(id), value)}`]
  }),
]

/** What the operator's files say of who may ask what. */
export interface Ruled {
  readonly governance: Pick<Governance, 'parties' | 'grants' | 'legalBases'>
  readonly services: readonly Service[]
}

const grantsById = ({ governance }: Ruled): Named => new Map(governance.grants.map((grant) => [grant.id, grant]))
const servicesByRef = ({ services }: Ruled): Named => new Map(services.map((service) => [service.ref, service]))

/** The difference in words: ids and names of members, never what stands in them. */
export const describeChanges = (before: Ruled, after: Ruled): readonly string[] => [
  ...compare('party', before.governance.parties, after.governance.parties),
  ...compare('grant', grantsById(before), grantsById(after)),
  ...compare('legal basis', before.governance.legalBases, after.governance.legalBases),
  ...compare('service', servicesByRef(before), servicesByRef(after)),
]
