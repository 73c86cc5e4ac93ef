import type { AdmittedRequest, AuthorisedRequest } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'clock' | 'readApplication' | 'findService' | 'decide'>

/** Schema of the verified application, service known, party active, grant, legal basis: in this order. */
export function authorise(admitted: AdmittedRequest, ports: Needs): AuthorisedRequest {
  const application = ports.readApplication(admitted.content, admitted.format)
  const service = ports.findService(application.service.id, application.service.version)
  if (service === undefined)
    throw new BrokerError('service.unknown', 'no service of this name and version is in the catalogue')
  const decision = ports.decide({
    consumer: application.onBehalfOf ?? admitted.consumer,
    signer: { party: admitted.signer.party, key: admitted.signer.key },
    official: { position: application.official.position },
    service: service.definition,
    legalBasis: application.legalBasis,
    at: ports.clock(),
  })
  return { ...admitted, stage: 'authorised', application, service: service.definition.ref, ...decision }
}
