import type { Application } from '../model/application.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type WritableObject, writeMembers } from '../xml/write-element.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { writeJson } from './exchange-json.ts'
import { NAMESPACE } from './exchange-schema.ts'

/**
 * The unsigned application, in exclusive canonical form: seal it and send it. It is not judged here;
 * refuses with `request.schema` only what no element can say.
 */
export function writeApplication(application: Application): string {
  try {
    return `<Application xmlns="${NAMESPACE}">${writeMembers(contentOf(application))}</Application>`
  } catch (error) {
    if (error instanceof XmlFault) throw new BrokerError('request.schema', error.message, { cause: error })
    throw error
  }
}

/** Its twin in JSON, unsigned. */
export const writeJsonApplication = (application: Application): string => writeJson(contentOf(application))

function contentOf(application: Application): WritableObject {
  const { service, official, applicant } = application
  return {
    ExchangeId: application.exchangeId,
    Consumer: application.consumer,
    IssuedAt: application.issuedAt,
    Service: { Id: service.id, Version: service.version },
    Case: application.case,
    Official: { Identifier: official.identifier, Names: official.names, Position: official.position },
    LegalBasis: application.legalBasis,
    Applicant: {
      IdentifierType: applicant.identifierType,
      Identifier: applicant.identifier,
      Names: applicant.names,
    },
    OnBehalfOf: application.onBehalfOf,
    HiddenUntil: application.hiddenUntil,
    ApplicantDocument: application.applicantDocument,
    Body: application.body,
  }
}
