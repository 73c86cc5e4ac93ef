import type { ClosedExchange, OpenedExchange, ReceivedRequest, RepeatedRequest } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { admit } from './admit.ts'
import { assemble } from './assemble.ts'
import { authorise } from './authorise.ts'
import { plan } from './plan.ts'
import type { ExchangePorts } from './ports.ts'
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

/** receive → verify → admit → authorise → plan → open. A refusal here consumes nothing. */
export async function accept(
  received: ReceivedRequest,
  ports: ExchangePorts,
): Promise<OpenedExchange | RepeatedRequest> {
  const verified = await verify(received, ports)
  try {
    const admitted = await admit(verified, ports)
    if (admitted.stage === 'repeated') return admitted
    const authorised = authorise(admitted, ports)
    const planned = plan(authorised, ports)
    return await ports.open(planned, received.bytes)
  } catch (error) {
    const refusal = BrokerError.from(error)
    if (refusal.status < 500) await ports.refused(verified, refusal, received.bytes)
    throw refusal
  }
}

/** fan out → assemble → sign → close. Called for what was just opened, and by the sweep for what a crash left open. */
export async function complete(opened: OpenedExchange, ports: ExchangePorts): Promise<ClosedExchange> {
  const outcomes = await ports.fanOut(opened)
  const assembled = assemble(opened.plan, outcomes, ports.clock())
  ports.observer?.assembled?.(assembled)
  const signed = sign(assembled, ports)
  return ports.close(opened, signed, outcomes)
}
