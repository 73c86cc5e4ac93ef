import type { Applicant, IdentifierType } from '../model/application.ts'
import type { ExchangePlan, PlannedCall, ProvenRequest } from '../model/exchange.ts'
import type { Service, ServiceCall } from '../model/service.ts'
import { sofiaDay } from '../model/sofia-day.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { isEgn, isEik, isLnch } from '../schema/identifiers.ts'
import { hiddenUntilOf } from './hide.ts'
import { requireFirm } from './mandate.ts'
import type { ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'observer'>

/** Calls, order, deadlines, disclosure. Pure but for telling the observer. Refuses a wrong body with `service.input`. */
export function plan(request: ProvenRequest, ports: Needs): ExchangePlan {
  const { application, known: service } = request
  requireCheckDigit(application.applicant)
  const made: ExchangePlan = {
    stage: 'planned',
    exchangeId: request.exchangeId,
    consumer: request.consumer,
    service: request.service,
    format: request.format,
    proof: request.proof,
    requestDigest: Buffer.from(request.requestDigest).toString('base64'),
    ...signatureOf(request),
    case: application.case,
    official: application.official,
    legalBasis: request.legalBasis,
    grant: request.grant,
    governanceDigest: request.governanceDigest,
    signer: request.signer,
    ...(request.applicantSigner === undefined ? {} : { applicantSigner: request.applicantSigner }),
    ...mandateOf(service.definition, request),
    ...(application.onBehalfOf === undefined ? {} : { onBehalfOf: application.onBehalfOf }),
    ...hiddenUntilOf(request),
    ...(service.definition.retention === undefined ? {} : { retention: service.definition.retention }),
    receivedAt: request.receivedAt.toISOString(),
    ...endsOf(request.receivedAt, service.definition, application.regix?.asynchronous === false),
    application: service.readBody(application.body),
    ...(application.applicant === undefined ? {} : { applicant: application.applicant }),
    date: sofiaDay(request.receivedAt),
    calls: planCalls(service.definition, request),
    ...(service.definition.anyOf === undefined ? {} : { anyOf: service.definition.anyOf }),
    checks: service.definition.checks,
    ...(application.regix === undefined ? {} : { regix: application.regix }),
  }
  requireFirm(made)
  ports.observer?.planned?.(made)
  return made
}

/** `now`: whoever asks takes no later answer. */
function endsOf(
  receivedAt: Date,
  { deadlineMs, deferMs = 0 }: Service,
  now: boolean,
): Pick<ExchangePlan, 'deadline' | 'outerEnd'> {
  const after = (ms: number): string => new Date(receivedAt.getTime() + ms).toISOString()
  return { deadline: after(deadlineMs), ...(deferMs > 0 && !now ? { outerEnd: after(deadlineMs + deferMs) } : {}) }
}

const signatureOf = ({ signatureDigest }: ProvenRequest): Pick<ExchangePlan, 'signatureDigest'> =>
  signatureDigest === undefined ? {} : { signatureDigest: Buffer.from(signatureDigest).toString('base64') }

/** Without a rule of the service nobody signs for a firm: the document was refused long before. */
const mandateOf = (
  { mandate }: Service,
  { representative }: Pick<ProvenRequest, 'representative'>,
): Pick<ExchangePlan, 'mandate'> =>
  mandate === undefined || representative === undefined ? {} : { mandate: { ...mandate, signer: representative } }

const IDENTIFIER: Readonly<Record<IdentifierType, (text: string) => boolean>> = { egn: isEgn, lnch: isLnch, eik: isEik }

function requireCheckDigit(applicant: Applicant | undefined): void {
  if (applicant === undefined) return
  const { identifierType, identifier } = applicant
  if (!IDENTIFIER[identifierType](identifier))
    throw new BrokerError('service.input', 'Applicant/Identifier: the check digit is wrong')
}

function planCalls(
  service: Service,
  { disclosure, counting }: Pick<ProvenRequest, 'disclosure' | 'counting'>,
): PlannedCall[] {
  return service.calls.map((call) => {
    const counted = counting?.[call.name]
    return { ...planCall(call, disclosure[call.name] ?? []), ...(counted === undefined ? {} : { counting: counted }) }
  })
}

function planCall({ referenced, ...call }: ServiceCall, disclosed: readonly string[]): PlannedCall {
  return { ...call, disclosed, fields: [...new Set([...disclosed, ...referenced])].sort() }
}
