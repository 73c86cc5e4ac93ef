import type { AgreementAct, AgreementContent, RecordedAct, Side } from '../../model/agreement.ts'
import { sofiaDay } from '../../model/sofia-day.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { countOpen } from '../../store/agreements.ts'
import type { Executor } from '../../store/tables/tables.ts'
import { REGISTER_LIMITS, type RegisterLimits } from './access-register.ts'

/** Under the lock: may these wait too? Refuses with `agreement.act-refused`, saying the limit. */
export async function requireRoom(
  tx: Executor,
  proposed: readonly AgreementContent[],
  at: Date,
  limits: RegisterLimits = REGISTER_LIMITS,
): Promise<void> {
  for (const party of new Set(proposed.map(({ consumer }) => consumer.party))) {
    const open = await countOpen(tx, party, sofiaDay(at))
    const asked = proposed.filter(({ consumer }) => consumer.party === party)
    const all = open.reduce((sum, { count }) => sum + count, asked.length)
    if (all > limits.open) throw tooMany(`${party} would have ${all} proposals open; ${limits.open} is the limit`)
    const counts = new Map(open.map(({ service, registry, count }) => [`${service} at ${registry}`, count]))
    for (const { service, registry } of asked) {
      const place = `${service} at ${registry}`
      const count = (counts.get(place) ?? 0) + 1
      counts.set(place, count)
      if (count > limits.openOfOne)
        throw tooMany(`${party} would have ${count} proposals open for ${place}; ${limits.openOfOne} is the limit`)
    }
  }
}

const tooMany = (detail: string): BrokerError =>
  new BrokerError('agreement.act-refused', `${detail}: withdraw some that wait`)

/** Refuses with `agreement.act-refused` who suspends too often; an end, or lifting what it suspended, is always open to it. */
export function requireFewSuspensions(
  acts: readonly RecordedAct[],
  { act, side }: { readonly act: AgreementAct; readonly side: Side },
  { suspensions }: RegisterLimits = REGISTER_LIMITS,
): void {
  if (act.act !== 'suspend') return
  const count = acts.filter((each) => each.act === 'suspend' && each.side === side).length
  if (count >= suspensions)
    throw new BrokerError(
      'agreement.act-refused',
      `${side} suspended it ${count} times already, which is the limit; revoke it`,
    )
}
