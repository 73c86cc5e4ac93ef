/**
 * The rival: what a municipality's developer would write in an afternoon. Express and axios, the same four calls of
 * `water-taxi-permit` at the same time, the same protocols, TLS and fields; no signature, no store, no log, no grants.
 */
import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { DOMParser } from '@xmldom/xmldom'
import axios from 'axios'
import express from 'express'
import type { BenchProcess, BenchSetting } from './process.ts'

const V2 = '/RegiXEntryPointV2.svc/basic'
const ACTION = '"http://egov.bg/RegiX/IRegiXEntryPointV2/Execute"'

interface WaterTaxi {
  readonly skipper: string
  readonly operator: string
}

export async function startUnprotected(setting: BenchSetting): Promise<BenchProcess> {
  const { tls, registries } = setting
  const agent = new Agent({ keepAlive: true, ca: tls.ca, cert: tls.clientCertificate, key: tls.clientKey })
  const http = axios.create({ httpsAgent: agent, proxy: false, maxRedirects: 0, timeout: 10_000, responseType: 'text' })
  const regix = async (registry: string, operation: string, argument: string): Promise<Element> => {
    const answer = await http.post<string>(`${registries}/${registry}${V2}`, envelope(operation, argument), {
      headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: ACTION },
    })
    const document = new DOMParser().parseFromString(answer.data, 'text/xml')
    return document.getElementsByTagName('Response').item(0) as Element
  }
  const app = express()
  app.use(express.json())
  app.post('/water-taxi', async (request, response) => {
    const { skipper, operator } = request.body as WaterTaxi
    const [person, certificates, vessels, licence] = await Promise.all([
      regix('civil-registry', 'GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch', validPerson(skipper)),
      regix(
        'maritime-registry',
        'IAMASeafarersAdapter.APIService.ISeafarersAPI.SeafarersLicensesSearch',
        seafarer(skipper),
      ),
      regix(
        'maritime-registry',
        'IAMAVesselsAdapter.APIService.IVesselsAPI.RegistrationSearchByOwner',
        owner(operator),
      ),
      http.post<string>(`${registries}/transport-licensing/carrier-licences/search`, { uic: operator }),
    ])
    response.json({
      skipper: fields(person, ['FirstName', 'SurName', 'FamilyName', 'DeathDate']),
      certificates: lists(certificates, 'Certificate', [
        'UniqueNumber',
        'CertificateType',
        'Qualification',
        'ValidDate',
      ]),
      vessels: lists(vessels, 'VesselInfo', ['ShipName', 'RegistrationNumber', 'RegistrationPort', 'Type', 'Status']),
      licence: JSON.parse(licence.data) as unknown,
    })
  })
  const server = createServer(
    { key: tls.serverKey, cert: tls.serverCertificate, ca: tls.ca, requestCert: true, rejectUnauthorized: true },
    app,
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/water-taxi`,
    close: async () => {
      server.closeAllConnections()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const envelope = (operation: string, argument: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Execute xmlns="http://egov.bg/RegiX"><request>' +
  '<ServiceRequestData xmlns="http://egov.bg/RegiX/SignedData">' +
  `<Operation>TechnoLogica.RegiX.${operation}</Operation><Argument>${argument}</Argument>` +
  '<CallContext><ServiceURI>1</ServiceURI><ServiceType>1</ServiceType><LawReason>1</LawReason></CallContext>' +
  '<SignResult>false</SignResult><ReturnAccessMatrix>true</ReturnAccessMatrix>' +
  '</ServiceRequestData></request></Execute></s:Body></s:Envelope>'

const validPerson = (egn: string): string =>
  `<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest"><EGN>${egn}</EGN></ValidPersonRequest>`

const seafarer = (egn: string): string =>
  `<SeafarersLicensesRequest xmlns="http://egov.bg/RegiX/IAMA/SeafarersLicensesRequest"><EGN>${egn}</EGN></SeafarersLicensesRequest>`

const owner = (uic: string): string =>
  '<RegistrationInfoByOwnerRequest xmlns="http://egov.bg/RegiX/IAMA/RegistrationInfoByOwnerRequest">' +
  `<Identifier>${uic.slice(0, 6)}</Identifier></RegistrationInfoByOwnerRequest>`

const fields = (element: Element, names: readonly string[]): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, element.getElementsByTagName(name).item(0)?.textContent ?? undefined]))

const lists = (element: Element, item: string, names: readonly string[]): unknown[] =>
  Array.from(element.getElementsByTagName(item)).map((found) => fields(found, names))
