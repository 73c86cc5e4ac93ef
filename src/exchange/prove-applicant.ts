import type { AuthorisedRequest, ProvenRequest } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'verifyApplicantDocument'>

/**
 * The applicant's own signature, as far as the service wants it; around it the administration's seal was verified long
 * before. Under `none` ApplicantDocument is neither read nor judged. Refuses with `applicant.*`.
 */
export async function proveApplicant(request: AuthorisedRequest, ports: Needs): Promise<ProvenRequest> {
  const { applicant, applicantDocument } = request.application
  const { definition } = request.known
  const wanted = definition.applicantSignature
  if (wanted === 'none') return { ...request, stage: 'proven' }
  if (applicantDocument === undefined || applicant === undefined) {
    if (wanted === 'required')
      throw new BrokerError('applicant.signature-missing', 'the service requires ApplicantDocument')
    return { ...request, stage: 'proven' }
  }
  const asked = { at: request.receivedAt, mandates: definition.mandate !== undefined }
  const { representative, ...applicantSigner } = await ports.verifyApplicantDocument(
    applicantDocument,
    applicant,
    asked,
  )
  return {
    ...request,
    stage: 'proven',
    applicantSigner,
    ...(representative === undefined ? {} : { representative }),
  }
}
