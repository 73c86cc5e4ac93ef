import { Agent } from 'node:https'
import { DOMParser } from '@xmldom/xmldom'
import axios from 'axios'

/** Whom and what an application for a permit is about. */
export interface Citizen {
  readonly egn: string
  readonly uic: string
  readonly plate: string
  readonly vin: string
}

interface Asking {
  readonly regix: (registry: string, operation: string, request: string, fields: string) => Promise<Element>
  readonly rest: (path: string, question: object) => Promise<unknown>
}

type Question = (asking: Asking, citizen: Citizen) => Promise<object>

const ACTION = '"http://egov.bg/RegiX/IRegiXEntryPointV2/Execute"'

/**
 * The rival: what a municipality writes itself to ask nine registers, with mutual TLS; most of them by RegiX, and two that
 * are invented. It asks, reads the fields it needs, and believes what it is told: no signature, no grants, no schemas,
 * no check of the person, no repetition, no record of what was asked.
 */
export function ownCode(registries: string, tls: { readonly ca: string; readonly cert: string; readonly key: string }) {
  const agent = new Agent({ keepAlive: true, ...tls })
  const http = axios.create({ httpsAgent: agent, proxy: false, timeout: 10_000, responseType: 'text' })

  const regix: Asking['regix'] = async (registry, operation, request, fields) => {
    const [root = ''] = request.split('/').slice(-1)
    const argument = `<${root} xmlns="http://egov.bg/RegiX/${request}">${fields}</${root}>`
    const url = `${registries}/${registry}/RegiXEntryPointV2.svc/basic`
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: ACTION }
    const answer = await http.post<string>(url, envelope(operation, argument), { headers })
    return only(new DOMParser().parseFromString(answer.data, 'text/xml'), 'Response')
  }
  const rest: Asking['rest'] = async (path, question) =>
    JSON.parse((await http.post<string>(`${registries}/${path}`, question)).data) as unknown
  const asking: Asking = { regix, rest }
  return {
    /** The first `count`, each after the one before it. */
    askInTurn: async (citizen: Citizen, count: number): Promise<object[]> => {
      const answers: object[] = []
      for (const ask of QUESTIONS.slice(0, count)) answers.push(await ask(asking, citizen))
      return answers
    },
    questions: QUESTIONS.map((ask) => (citizen: Citizen) => ask(asking, citizen)),
    close: () => agent.destroy(),
  }
}

const person: Question = async ({ regix }, { egn }) => {
  const answer = await regix(
    'civil-registry',
    'GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch',
    'GRAO/NBD/ValidPersonRequest',
    `<EGN>${escape(egn)}</EGN>`,
  )
  return read(answer, ['FirstName', 'SurName', 'FamilyName'])
}

const certificates: Question = async ({ regix }, { egn }) => {
  const answer = await regix(
    'maritime-registry',
    'IAMASeafarersAdapter.APIService.ISeafarersAPI.SeafarersLicensesSearch',
    'IAMA/SeafarersLicensesRequest',
    `<EGN>${escape(egn)}</EGN>`,
  )
  return all(answer, 'Certificate').map((one) => read(one, ['UniqueNumber', 'CertificateType', 'ValidDate']))
}

const licence: Question = async ({ rest }, { uic }) => {
  const answer = (await rest('transport-licensing/v1/carriers/search', { carrier: { uic } })) as {
    licence: { number: string; transport: string; withdrawn: boolean; expires: string }
  }
  const { number, transport, withdrawn, expires } = answer.licence
  return { number, transport, withdrawn, expires }
}

const pension: Question = async ({ regix }, { egn }) => {
  const month = '<n:Month>--01</n:Month><n:Year>2026</n:Year>'
  const answer = await regix(
    'pensions-register',
    'NoiRPAdapter.APIService.IRPAPI.GetPensionRightInfoReport',
    'NOI/RP/PensionRightRequest',
    `<Identifier>${escape(egn)}</Identifier><IdentifierType>ЕГН</IdentifierType>` +
      `<Month xmlns:n="http://egov.bg/RegiX/NOI/RP">${month}</Month>`,
  )
  return read(answer, ['Status', 'ContentText'])
}

const trader: Question = async ({ regix }, { uic }) => {
  const answer = await regix(
    'commercial-register',
    'AVTRAdapter.APIService.ITRAPI.GetActualStateV3',
    'AV/TR/ActualStateRequestV3',
    `<UIC>${escape(uic)}</UIC><FieldList>00050,00070,00100</FieldList>`,
  )
  return read(answer, ['CompanyName', 'DeedStatus'])
}

const identity: Question = async ({ regix }, { egn }) => {
  const answer = await regix(
    'identity-documents',
    'MVRBDSAdapter.APIService.IMVRBDSAPI.GetPersonalIdentityV3',
    'MVR/BDS/PersonalIdentityInfoRequest',
    `<IdentityDocumentNumber>000000001</IdentityDocumentNumber><EGN>${escape(egn)}</EGN>`,
  )
  return read(answer, ['DocumentType', 'DocumentActualStatus', 'ValidDate'])
}

const vehicle: Question = async ({ regix }, { plate }) => {
  const answer = await regix(
    'vehicle-register',
    'MVRMPSAdapter.APIService.IMVRMPSAPI.GetMotorVehicleRegistrationInfoV3',
    'MVR/MPS/GetMotorVehicleRegistrationInfoV3Request',
    `<Identifier>${escape(plate)}</Identifier>`,
  )
  return read(answer, ['RegistrationNumber', 'VIN', 'Model', 'Category'])
}

const school: Question = async ({ regix }, { egn }) => {
  const answer = await regix(
    'education-register',
    'MonChildSchoolStudentsAdapter.APIService.IMonChildSchoolStudentsAPI.GetSchoolStudentStatus',
    'MON/Schools/SchoolStudentStatusRequest',
    `<StudentIdentifier>${escape(egn)}</StudentIdentifier>`,
  )
  return all(answer, 'ChildStudentData').map((one) => read(one, ['SchoolKindergartenName', 'Grade', 'ChildStatus']))
}

const insurance: Question = async ({ rest }, { vin }) => {
  const answer = (await rest('guarantee-fund/v1/policies/search', { vehicle: { vin } })) as {
    policy: { number: string; cover: { to: string } }
  }
  return { number: answer.policy.number, validUntil: answer.policy.cover.to }
}

const QUESTIONS = [person, certificates, licence, pension, trader, identity, vehicle, school, insurance]

const envelope = (operation: string, argument: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Execute xmlns="http://egov.bg/RegiX"><request>' +
  '<ServiceRequestData xmlns="http://egov.bg/RegiX/SignedData">' +
  `<Operation>TechnoLogica.RegiX.${operation}</Operation><Argument>${argument}</Argument>` +
  '<CallContext><ServiceURI>1</ServiceURI><ServiceType>1</ServiceType><LawReason>1</LawReason></CallContext>' +
  '<SignResult>false</SignResult><ReturnAccessMatrix>true</ReturnAccessMatrix>' +
  '</ServiceRequestData></request></Execute></s:Body></s:Envelope>'

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const all = (from: Document | Element, name: string): Element[] => Array.from(from.getElementsByTagNameNS('*', name))

function only(from: Document | Element, name: string): Element {
  const [found] = all(from, name)
  if (found === undefined) throw new Error(`the registry's answer has no ${name}`)
  return found
}

const read = (element: Element, names: readonly string[]): Record<string, string | null> =>
  Object.fromEntries(names.map((name) => [name, only(element, name).textContent]))
