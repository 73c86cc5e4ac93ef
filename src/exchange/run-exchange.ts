import type {
  AdmittedRequest,
  ClosedExchange,
  ExchangePlan,
  OpenedExchange,
  ReceivedRequest,
  RepeatedRequest,
} from '../model/exchange.ts'
import type { DecisionRecord } from '../model/decision.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { admit } from './admit.ts'
import { assemble } from './assemble.ts'
import { authorise } from './authorise.ts'
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
 */
export async function runExchange(received: ReceivedRequest, ports: ExchangePorts): Promise<ClosedExchange> {
  const accepted = await accept(received, ports)
  if (accepted.stage === 'repeated') return ports.answerOf(accepted)
  const closed = await complete(accepted, ports)
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

/** receive → verify → admit → authorise → prove applicant → plan → look at quotas → open. A refusal here consumes nothing. */
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

/** fan out → assemble → sign → close. Called for what was just opened, and by the sweep for what a crash left open. */
export async function complete(opened: OpenedExchange, ports: ExchangePorts): Promise<ClosedExchange> {
  const outcomes = await ports.fanOut(opened)
  const assembled = assemble(opened.plan, outcomes, ports.clock())
  ports.observer?.assembled?.(assembled)
  const signed = await sign(assembled, ports)
  return ports.close(opened, signed, outcomes)
}
