import type { DispatchPorts } from '../dispatch/ports.ts'
import { supplement } from '../exchange/supplement.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { OpenedExchange } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { AssembledSupplement } from '../model/supplement.ts'
import { type QueuedCallId } from '../store/queued-calls.ts'
import { dropSupplement } from '../store/supplements-due.ts'
import type { Store } from '../store/store.ts'

export interface SupplementParts {
  readonly ports: Pick<DispatchPorts, 'clock' | 'closed'>
  readonly store: Pick<Store, 'db'>
  readonly log: Pick<ExchangeLog, 'later'>
  readonly seal: (
    supplement: AssembledSupplement,
  ) => Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>
}

/** Signed and recorded where there is something to say; of several that do this at once one makes it. */
export async function makeSupplement(id: QueuedCallId, { log, store, ports, seal }: SupplementParts): Promise<void> {
  if (!(await log.later.owesSupplement(id))) return
  const found = await log.later.stored(id.exchange)
  const answer = found && (await log.later.answerLeft(found.opened))
  const at = ports.clock()
  // Who may not ask any more is not told what came of it.
  const made =
    found === undefined || answer === undefined || ports.closed?.(found.opened.plan) !== undefined
      ? undefined
      : supplement(found.opened.plan, found.opened.known, { call: id.call, answer, at })
  if (found === undefined || made === undefined) return dropSupplement(store.db, id)
  const part = { ...partOf(made), ...receivedOf(found.opened, id.call) }
  await log.later.supplement(found.opened, part, { ...(await seal(made)), issuedAt: at })
}

const partOf = ({ part: { call, operation, outcome } }: AssembledSupplement) => ({ call, operation, outcome })

function receivedOf({ known }: OpenedExchange, name: string): Pick<CallOutcome, 'received'> {
  const received = known.find(({ call }) => call === name)?.received
  return received === undefined ? {} : { received }
}
