import type { AssembledAnswer, SignedAnswer } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'writeAnswer' | 'seal'>

/** Written in the caller's format, then sealed by edno. */
export function sign(answer: AssembledAnswer, ports: Needs): SignedAnswer {
  try {
    return {
      stage: 'signed',
      exchangeId: answer.exchangeId,
      consumer: answer.consumer,
      status: answer.status,
      bytes: ports.seal(ports.writeAnswer(answer)),
      mediaType: 'application/xml',
    }
  } catch (error) {
    throw new BrokerError('broker.signing', 'the answer could not be signed', { cause: error })
  }
}
