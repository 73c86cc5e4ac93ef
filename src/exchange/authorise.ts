import type { AdmittedRequest, AuthorisedRequest } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { judge, type Tell } from './judge.ts'
import type { ExchangePorts } from './ports.ts'
import { requireSender } from './require-sender.ts'

type Needs = Pick<
  ExchangePorts,
  | 'clock'
  | 'readApplication'
  | 'findService'
  | 'isLeftOut'
  | 'decide'
  | 'governanceDigest'
  | 'lastAct'
  | 'isCaseOpen'
  | 'mayHandIn'
>

/** Schema of the verified application, service known, party active, grant, legal basis, open case: in this order. */
export async function authorise(admitted: AdmittedRequest, ports: Needs, tell: Tell): Promise<AuthorisedRequest> {
  const application = ports.readApplication(admitted.content, admitted.format, admitted)
  const service = ports.findService(application.service.id, application.service.version)
  if (service === undefined) throw withoutService(application.service.id, ports)
  requireSender(admitted, service.definition, ports)
  const question = {
    consumer: application.onBehalfOf ?? admitted.consumer,
    signer: { party: admitted.signer.party, key: admitted.signer.key },
    official: { position: application.official.position },
    service: service.definition,
    legalBasis: application.legalBasis,
    at: ports.clock(),
  }
  const decision = await judge({ exchangeId: admitted.exchangeId, question, case: application.case }, ports, tell)
  return { ...admitted, stage: 'authorised', application, service: service.definition.ref, known: service, ...decision }
}

const withoutService = (id: string, { isLeftOut }: Pick<Needs, 'isLeftOut'>): BrokerError =>
  isLeftOut(id)
    ? new BrokerError('provider.unavailable', 'the adapter that asks this is refused')
    : new BrokerError('service.unknown', 'no service of this name and version is in the catalogue')
