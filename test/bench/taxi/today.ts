import { Agent } from 'node:https'
import { DOMParser } from '@xmldom/xmldom'
import axios from 'axios'

/** An application for a permit, as the clerk has it on the screen. */
export interface Wanted {
  readonly driver: { readonly egn: string }
  readonly trader: { readonly uic: string }
  readonly vehicle: { readonly plate: string }
}

/** Operations of registries that `decide` asks, by edno's names for them: with these the bench sees that both ask the same. */
export const ASKED = [
  'civil-registry/valid-person@1',
  'transport-licensing/taxi-driver-certificate@1',
  'commercial-register/actual-state@1',
  'transport-licensing/carrier-licence@1',
  'vehicle-register/registration@1',
  'transport-licensing/technical-inspection@1',
  'guarantee-fund/motor-insurance@1',
  'public-debts/obligations@1',
  'criminal-records/conviction@1',
]

/**
 * What a municipality runs today: one call after the other, by templates, with mutual TLS. It reads the fields on which it
 * decides, and believes what it is told: nothing is signed, nothing verified, nothing written down, nothing tried again.
 */
export function today(registries: string, tls: { readonly ca: string; readonly cert: string; readonly key: string }) {
  const agent = new Agent({ keepAlive: true, ...tls })
  const http = axios.create({ httpsAgent: agent, proxy: false, timeout: 10_000, responseType: 'text' })
  let asked = 0

  const regix = async (registry: string, operation: string, request: string, fields: string): Promise<Element> => {
    asked += 1
    const [namespace = '', named] = request.split('|')
    const root = named ?? namespace.slice(namespace.lastIndexOf('/') + 1)
    const url = `${registries}/${registry}/RegiXEntryPointV2.svc/basic`
    const envelope =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Execute xmlns="http://egov.bg/RegiX"><request>' +
      `<ServiceRequestData xmlns="http://egov.bg/RegiX/SignedData"><Operation>TechnoLogica.RegiX.${operation}</Operation>` +
      `<Argument><${root} xmlns="http://egov.bg/RegiX/${namespace}">${fields}</${root}></Argument>` +
      '<CallContext><ServiceURI>ТР-ДЕМО-2069</ServiceURI><ServiceType>2069</ServiceType><LawReason>чл. 24а от ЗАвП</LawReason></CallContext>' +
      '<SignResult>false</SignResult><ReturnAccessMatrix>false</ReturnAccessMatrix>' +
      '</ServiceRequestData></request></Execute></s:Body></s:Envelope>'
    const headers = {
      'Content-Type': 'text/xml; charset=utf-8',
      SOAPAction: '"http://egov.bg/RegiX/IRegiXEntryPointV2/Execute"',
    }
    const { data } = await http.post<string>(url, envelope, { headers })
    const answer = new DOMParser().parseFromString(data, 'text/xml')
    if (textOf(answer, 'HasError') !== 'false') throw new Error('RegiX reports an error')
    return element(answer, 'Response')
  }
  const rest = async (path: string, question: object): Promise<Record<string, Record<string, unknown>>> => {
    asked += 1
    return JSON.parse((await http.post<string>(`${registries}/${path}`, question)).data) as never
  }
  const alive = async (egn: string): Promise<boolean> => {
    const operation = 'GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch'
    const person = await regix('civil-registry', operation, 'GRAO/NBD/ValidPersonRequest', `<EGN>${escape(egn)}</EGN>`)
    return textOf(person, 'DeathDate') === undefined
  }

  const convicted = async (egn: string): Promise<boolean> => {
    const operation = 'MPCriminalRecordsAdapter.APIService.ICriminalRecordsAPI.BulletinSearch'
    const records = await regix('criminal-records', operation, 'MP/BulletinSearchRequest', `<EGN>${escape(egn)}</EGN>`)
    return all(records, 'bulletin').length > 0
  }

  const decide = async ({ driver, trader, vehicle }: Wanted): Promise<readonly string[]> => {
    const now = new Date().toISOString().slice(0, 10)
    const driverAlive = await alive(driver.egn)
    const { certificate } = await rest('transport-licensing/v1/taxi-drivers/search', { holder: { egn: driver.egn } })
    const firm = await regix(
      'commercial-register',
      'AVTRAdapter.APIService.ITRAPI.GetActualStateV3',
      'AV/TR/ActualStateRequestV3',
      `<UIC>${escape(trader.uic)}</UIC><FieldList>00010,00020,00050,00070,00100</FieldList>`,
    )
    const debts = await regix(
      'public-debts',
      'NRAObligatedPersonsAdapter.APIService.INRAObligatedPersonsAPI.GetObligatedPersons',
      'NRA/Obligations/Request|ObligationRequest',
      `<Identity><ID>${escape(trader.uic)}</ID><TYPE>Bulstat</TYPE></Identity>`,
    )
    const { licence } = await rest('transport-licensing/v1/carriers/search', { carrier: { uic: trader.uic } })
    const plate = escape(vehicle.plate.replaceAll(' ', ''))
    const car = await regix(
      'vehicle-register',
      'MVRMPSAdapter.APIService.IMVRMPSAPI.GetMotorVehicleRegistrationInfoV3',
      'MVR/MPS/GetMotorVehicleRegistrationInfoV3Request',
      `<Identifier>${plate}</Identifier>`,
    )
    const inspection = await regix(
      'transport-licensing',
      'IaaaVehicleInspectionsAdapter.APIService.IIaaaVehicleInspectionsAPI.GetReport4VehicleInspection',
      'Iaaa/VehicleInspections/VehicleInspectionRequest',
      `<RegNumber>${plate}</RegNumber>`,
    )
    const { policy } = await rest('guarantee-fund/v1/policies/search', { vehicle: { vin: textOf(car, 'VIN') } })
    let managers = true
    for (const egn of managersIn(firm)) managers = (await alive(egn)) && !(await convicted(egn)) && managers
    const checks = {
      driver: driverAlive,
      managers,
      debts: textOf(debts, 'ObligationStatus') === 'ABSENT',
      certificate: String(certificate?.['expires']) >= now,
      licence: licence?.['withdrawn'] === false,
      inspection: textOf(inspection, 'Conclusion') === 'Допуска се',
      insurance: (policy?.['cover'] as { to: string }).to >= now,
    }
    return Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]))
  }
  return { decide, asked: () => asked, close: () => agent.destroy() }
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const all = (from: Document | Element, name: string): Element[] => Array.from(from.getElementsByTagNameNS('*', name))

function element(from: Document, name: string): Element {
  const [found] = all(from, name)
  if (found === undefined) throw new Error(`the registry's answer has no ${name}`)
  return found
}

const textOf = (from: Document | Element, name: string): string | undefined => all(from, name)[0]?.textContent

/** The identifiers of persons among the company's data. */
const managersIn = (firm: Element): string[] => [
  ...new Set(
    all(firm, 'Indent')
      .map(({ textContent }) => textContent)
      .filter((text) => /^\d{10}$/.test(text)),
  ),
]
