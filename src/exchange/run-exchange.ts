import type {
  AdmittedRequest,
  ClosedExchange,
  ExchangePlan,
  OpenedExchange,
  ReceivedRequest,
  RepeatedRequest,
} from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { admit } from './admit.ts'
import { assemble } from './assemble.ts'
import { authorise } from './authorise.ts'
import { plan } from './plan.ts'
import type { ExchangePorts } from './ports.ts'
import { proveApplicant } from './prove-applicant.ts'
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
  return accepted.stage === 'repeated' ? ports.answerOf(accepted) : complete(accepted, ports)
}

/** receive → verify → admit → authorise → prove applicant → plan → open. A refusal here consumes nothing. */
export async function accept(
  received: ReceivedRequest,
  ports: ExchangePorts,
): Promise<OpenedExchange | RepeatedRequest> {
  const verified = await verify(received, ports)
  try {
    const admitted = await admit(verified, ports)
    if (admitted.stage === 'repeated') return admitted
    return await ports.open(await prepare(admitted, ports), received.bytes)
  } catch (error) {
    const refusal = BrokerError.from(error)
    if (refusal.status < 500) await ports.refused(verified, refusal, received.bytes)
    throw refusal
  }
}

/** authorise → prove applicant → plan: what an exchange and its dry run do with what was admitted. */
export async function prepare(admitted: AdmittedRequest, ports: ExchangePorts): Promise<ExchangePlan> {
  const authorised = authorise(admitted, ports)
  const proven = await proveApplicant(authorised, ports)
  return plan(proven, ports)
}

/** fan out → assemble → sign → close. Called for what was just opened, and by the sweep for what a crash left open. */
export async function complete(opened: OpenedExchange, ports: ExchangePorts): Promise<ClosedExchange> {
  const outcomes = await ports.fanOut(opened)
  const assembled = assemble(opened.plan, outcomes, ports.clock())
  ports.observer?.assembled?.(assembled)
  const signed = await sign(assembled, ports)
  return ports.close(opened, signed, outcomes)
}
