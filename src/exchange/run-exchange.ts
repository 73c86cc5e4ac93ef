import type {
  AdmittedRequest,
  ClosedExchange,
  ExchangePlan,
  OpenedExchange,
  ReceivedRequest,
  RepeatedRequest,
  RunningExchange,
} from '../model/exchange.ts'
import type { DecisionRecord } from '../model/decision.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { admit } from './admit.ts'
import { assemble } from './assemble.ts'
import { assembleClosed } from './assemble-closed.ts'
import { authorise } from './authorise.ts'
import { completeCancelled } from './cancel.ts'
import type { Tell } from './judge.ts'
import { plan } from './plan.ts'
import type { ExchangePorts } from './ports.ts'
import { proveApplicant } from './prove-applicant.ts'
import { requireRoom } from './require-room.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'

/**
 * One exchange, from received bytes to the answer that may leave.
 *
 * - Only a verified caller can write to the exchange log.
 * - Nothing is asked of a registry before the opening entry is durable.
 * - No answer leaves before its closing entry is durable; every opened exchange gets exactly one.
 * - Where the service allows it, the answer may come later than the deadline: the exchange runs on without this process.
 *
 * `onOpened`: it is known where the answer will be, whoever waits for it.
 */
export async function runExchange(
  received: ReceivedRequest,
  ports: ExchangePorts,
  onOpened: (exchange: { readonly consumer: PartyId; readonly exchangeId: ExchangeId }) => void = () => undefined,
): Promise<ClosedExchange | RunningExchange> {
  const accepted = await accept(received, ports)
  onOpened(accepted.stage === 'repeated' ? accepted : accepted.plan)
  if (accepted.stage === 'repeated') return ports.answerOf(accepted)
  const closed = await complete(accepted, ports)
  if (closed.stage === 'running') return closed
  return { ...closed, ...(await allowancesOf(accepted, ports)) }
}

/** What is left of the limits is a courtesy: an answer that is closed leaves without it too. */
async function allowancesOf(
  { plan }: OpenedExchange,
  ports: ExchangePorts,
): Promise<Pick<ClosedExchange, 'allowances'>> {
  if (plan.calls.every(({ counting }) => counting === undefined)) return {}
  return ports.lookAtQuotas(plan).then(
    (allowances) => ({ allowances }),
    () => ({}),
  )
}

/** receive → verify → admit → authorise → prove applicant → plan → look at quotas → look at the queue → open. A refusal here consumes nothing. */
export async function accept(
  received: ReceivedRequest,
  ports: ExchangePorts,
): Promise<OpenedExchange | RepeatedRequest> {
  const verified = await verify(received, ports)
  const { bytes } = received
  const told: { decision: DecisionRecord | undefined } = { decision: undefined }
  try {
    const admitted = await admit(verified, ports)
    if (admitted.stage === 'repeated') return admitted
    const planned = await prepare(admitted, ports, (decision) => void Object.assign(told, { decision }))
    await ports.requirePlaceInQueue(planned)
    return await ports.open(planned, bytes, told.decision)
  } catch (error) {
    const refusal = BrokerError.from(error)
    if (refusal.status < 500) await ports.refused(verified, refusal, { bytes, decision: told.decision })
    throw refusal
  }
}

/** authorise → prove applicant → plan → look at quotas: what an exchange and its dry run do with what was admitted. */
export async function prepare(admitted: AdmittedRequest, ports: ExchangePorts, tell: Tell): Promise<ExchangePlan> {
  const authorised = await authorise(admitted, ports, tell)
  const proven = await proveApplicant(authorised, ports)
  const planned = plan(proven, ports)
  await requireRoom(planned, authorised.record, ports, tell)
  return planned
}

/**
 * fan out → assemble → sign → close. Called for what was just opened, by the sweep for what a crash left open, and for what
 * was deferred, by whichever process ended its last required call.
 */
export async function complete(
  opened: OpenedExchange,
  ports: ExchangePorts,
): Promise<ClosedExchange | RunningExchange> {
  if (opened.cancelledBy !== undefined) return completeCancelled(opened, ports)
  const outcomes = await ports.fanOut(opened)
  if (outcomes === 'deferred') return ports.defer(opened)
  // What was revoked while registries were asked is not handed out, however much of it was found.
  const code = ports.closed(opened.plan)
  const at = ports.clock()
  const assembled =
    code === undefined ? assemble(opened.plan, outcomes, at) : assembleClosed(opened.plan, outcomes, code, at)
  ports.observer?.assembled?.(assembled)
  const signed = await sign(assembled, ports)
  return ports.close(opened, signed, outcomes)
}
