import type {
  AdmittedRequest,
  ExchangePlan,
  ReceivedRequest,
  RepeatedRequest,
  VerifiedRequest,
} from '../model/exchange.ts'
import { admit } from './admit.ts'
import type { ExchangePorts } from './ports.ts'
import { prepare } from './run-exchange.ts'
import { verify } from './verify.ts'

/** What an exchange would be, if it were run now. */
export interface Preview {
  readonly plan: ExchangePlan
  /** These bytes were an exchange already: sent again they get its one answer, and nobody is asked. */
  readonly repeated: boolean
}

/**
 * The line as far as `plan`, by the same stages, and not a step further: asks no registry, opens nothing, writes no
 * entry, uses up no exchange id. Refuses as the exchange would be refused; a repeat is judged by today's rules.
 */
export async function preview(received: ReceivedRequest, ports: ExchangePorts): Promise<Preview> {
  const { observer: _nobody, ...silent } = ports
  const verified = await verify(received, silent)
  const judged = await admit(verified, silent)
  const repeated = judged.stage === 'repeated'
  return { plan: await prepare(repeated ? asFirst(verified, judged) : judged, silent, () => undefined), repeated }
}

const asFirst = (verified: VerifiedRequest, { exchangeId, consumer }: RepeatedRequest): AdmittedRequest => ({
  ...verified,
  stage: 'admitted',
  exchangeId,
  consumer,
})
