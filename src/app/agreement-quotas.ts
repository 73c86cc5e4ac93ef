import { ofAgreement } from '../dispatch/counters.ts'
import type { Agreement, AgreementDigest } from '../model/agreement.ts'
import type { QuotaView } from '../model/agreement-view.ts'
import { nextSofiaDay, sofiaDay } from '../model/sofia-day.ts'
import { questionsOf } from '../store/quotas.ts'
import type { Store } from '../store/store.ts'

/** What is left of the quotas of these agreements today; one look at the database for all, none where none has a quota. */
export async function agreementQuotas(
  store: Pick<Store, 'db'>,
  agreements: readonly Agreement[],
  at: Date,
): Promise<ReadonlyMap<AgreementDigest, QuotaView>> {
  const limits = agreements.flatMap(({ digest, content }) =>
    content.quota === undefined ? [] : [{ digest, limit: content.quota.perDay }],
  )
  if (limits.length === 0) return new Map()
  const counters = limits.map(({ digest }) => ofAgreement(digest))
  const counted = await questionsOf(store.db, sofiaDay(at), counters)
  const reset = nextSofiaDay(at).toISOString()
  return new Map(
    limits.map(({ digest, limit }) => {
      const used = counted.get(ofAgreement(digest)) ?? 0
      return [digest, { limit, used, left: Math.max(0, limit - used), reset }]
    }),
  )
}
