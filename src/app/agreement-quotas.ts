import { ofAgreement, ofOperation } from '../dispatch/counters.ts'
import type { Agreement, AgreementDigest } from '../model/agreement.ts'
import type { QuotaView } from '../model/agreement-view.ts'
import type { OperationRef } from '../model/ids.ts'
import { nextSofiaDay, sofiaDay } from '../model/sofia-day.ts'
import { questionsOf } from '../store/quotas.ts'
import type { Store } from '../store/store.ts'
import { SMALLEST_TOLD } from './small-cells.ts'

/** The limits of an agreement today. */
export interface AgreementQuotas {
  readonly quota?: QuotaView
  /** The owner's, over all consumers. */
  readonly totals?: Readonly<Record<OperationRef, QuotaView>>
}

const isTold = ({ used }: QuotaView): boolean => used >= SMALLEST_TOLD

/** Without those of which too few are used to tell. */
export function withoutFew(quotas: AgreementQuotas | undefined): AgreementQuotas {
  const { quota, totals = {} } = quotas ?? {}
  const told = Object.entries(totals).filter(([, total]) => isTold(total))
  return {
    ...(quota !== undefined && isTold(quota) ? { quota } : {}),
    ...(told.length === 0 ? {} : { totals: Object.fromEntries(told) }),
  }
}

/** Operation → questions a day, as its owner limits them. */
export type TotalsOf = (agreement: Agreement) => readonly (readonly [operation: OperationRef, perDay: number])[]

/** What is left of the limits of these agreements today; one look at the database for all, none where none has a limit. */
export async function agreementQuotas(
  store: Pick<Store, 'db'>,
  agreements: readonly Agreement[],
  totalsOf: TotalsOf,
  at: Date,
): Promise<ReadonlyMap<AgreementDigest, AgreementQuotas>> {
  const limited = agreements.map((agreement) => ({ ...agreement, totals: totalsOf(agreement) }))
  const counters = new Set(
    limited.flatMap(({ digest, content, totals }) => [
      ...(content.quota === undefined ? [] : [ofAgreement(digest)]),
      ...totals.map(([operation]) => ofOperation(operation)),
    ]),
  )
  if (counters.size === 0) return new Map()
  const counted = await questionsOf(store.db, sofiaDay(at), [...counters])
  const reset = nextSofiaDay(at).toISOString()
  const leftOf = (counter: string, limit: number): QuotaView => {
    const used = counted.get(counter) ?? 0
    return { limit, used, left: Math.max(0, limit - used), reset }
  }
  return new Map(
    limited.map(({ digest, content: { quota }, totals }) => {
      const left = totals.map(([operation, perDay]) => [operation, leftOf(ofOperation(operation), perDay)] as const)
      return [
        digest,
        {
          ...(quota === undefined ? {} : { quota: leftOf(ofAgreement(digest), quota.perDay) }),
          ...(left.length === 0 ? {} : { totals: Object.fromEntries(left) }),
        },
      ]
    }),
  )
}
