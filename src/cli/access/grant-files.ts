import type { ServiceOffer } from '../../client/compose-agreements.ts'
import type { Agreement } from '../../model/agreement.ts'
import type { OperationRef } from '../../model/ids.ts'
import { grantOf, joined } from '../../policy/agreement/agreed-grant.ts'
import type { Grant } from '../../policy/governance.ts'

type Disclosed = Readonly<Record<string, 'checks-only' | readonly string[]>>

/** A file of config/grants: schemas/grant.v1.schema.json. */
export type GrantFileView = Pick<
  Grant,
  'consumer' | 'service' | 'legalBases' | 'validFrom' | 'validUntil' | 'approvals' | 'keys' | 'officials'
> & {
  readonly id: string
  readonly disclose: Disclosed
  readonly withhold?: readonly string[]
  readonly openCase?: true
}

export interface ExportedGrant {
  readonly grant: GrantFileView
  /** What the form of a file cannot say. */
  readonly remarks: readonly string[]
}

/** One file for each consumer and service. */
export function grantFiles(inForce: readonly Agreement[], services: readonly ServiceOffer[]): ExportedGrant[] {
  const groups = new Map<string, Map<string, Agreement>>()
  for (const agreement of inForce) {
    const { consumer, service, registry } = agreement.content
    const id = `${consumer.party}-${service.replace('@', '-v')}`
    const group = groups.get(id) ?? new Map<string, Agreement>()
    groups.set(id, group.set(registry, agreement))
  }
  return [...groups].flatMap(([id, group]) => {
    const [first, ...others] = group.values()
    if (first === undefined) return []
    const grant = joined([grantOf(first), ...others.map(grantOf)])
    return isUsable(grant) ? [fileOf(id, grant, services)] : []
  })
}

/** Agreements that have no legal basis, day, key or official in common allow nothing together. */
const isUsable = ({ legalBases, validFrom, validUntil, keys, officials }: Grant): boolean =>
  legalBases.length > 0 && validFrom <= validUntil && keys?.length !== 0 && officials?.length !== 0

function fileOf(id: string, grant: Grant, services: readonly ServiceOffer[]): ExportedGrant {
  // A file knows no quota: an approval under one would grant more than the owner did.
  const limited = (grant.agreements ?? []).filter(({ perDay }) => perDay !== undefined)
  const approvals = Object.entries(grant.approvals).filter(
    ([registry]) => !limited.some((each) => each.registry === registry),
  )
  const { consumer, service, legalBases, withhold, validFrom, validUntil, keys, officials, openCase } = grant
  return {
    grant: {
      id,
      consumer,
      service,
      legalBases,
      disclose: disclosedBy(grant, services),
      ...(withhold.length === 0 ? {} : { withhold }),
      ...(keys === undefined ? {} : { keys }),
      ...(officials === undefined ? {} : { officials }),
      ...(openCase === true ? { openCase } : {}),
      validFrom,
      validUntil,
      approvals: Object.fromEntries(approvals),
    },
    remarks: limited.map(
      ({ registry, digest, perDay }) =>
        `${registry}: agreement ${digest} allows ${perDay} questions a day; a file cannot say that, so its approval is left out.`,
    ),
  }
}

/** A registry without an agreement in force discloses nothing; without its approval the file grants nothing either. */
function disclosedBy({ service, disclose }: Grant, services: readonly ServiceOffer[]): Disclosed {
  const calls = services.find(({ id, version }) => `${id}@${version}` === service)?.calls ?? []
  const operations = new Set([...calls.map(({ operation }) => operation), ...(Object.keys(disclose) as OperationRef[])])
  return Object.fromEntries(
    [...operations].map((operation) => {
      const fields = disclose[operation] ?? []
      return [operation, fields.length === 0 ? 'checks-only' : fields]
    }),
  )
}
