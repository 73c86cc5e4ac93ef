import type { AssembledAnswer, SignedAnswer } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'writeAnswer' | 'seal'>

/** Written in the caller's format, then sealed by edno. What fails here leaves the exchange open: the sweep ends it. */
export async function sign(answer: AssembledAnswer, ports: Needs): Promise<SignedAnswer> {
  try {
    const { canonical, mediaType, refused } = ports.writeAnswer(answer)
    return {
      stage: 'signed',
      exchangeId: answer.exchangeId,
      consumer: answer.consumer,
      status: refused === true ? 'refused' : answer.status,
      bytes: await ports.seal(canonical, answer),
      mediaType,
    }
  } catch (error) {
    throw new BrokerError('broker.signing', 'the answer could not be signed', { cause: error })
  }
}
