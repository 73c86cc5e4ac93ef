import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { DOMParser } from '@xmldom/xmldom'
import axios from 'axios'
import express from 'express'
import { tlsOf } from './keys.ts'
import type { BenchServer, BenchSetting } from './process.ts'
import { type Citizen, ownCode } from './rivals/own-code.ts'

const V2 = '/RegiXEntryPointV2.svc/basic'
const ACTION = '"http://egov.bg/RegiX/IRegiXEntryPointV2/Execute"'

interface WaterTaxi {
  readonly skipper: string
  readonly operator: string
}

interface Licence {
  readonly licence: { number: string; transport: string; withdrawn: boolean; expires: string } | null
}

/**
 * The rival: what a municipality's developer would write in an afternoon. Express and axios, the same four calls of
 * `water-taxi-permit` at the same time, the same protocols, mutual TLS and fields; no signature, no store, no log, no
 * grants, no schemas, no deadlines but one, and whatever a registry answers is believed.
 */
export async function startUnprotected({ dataDirectory, registries = '' }: BenchSetting): Promise<BenchServer> {
  const agent = new Agent({ keepAlive: true, ...tlsOf(dataDirectory, 'broker/client') })
  const http = axios.create({ httpsAgent: agent, proxy: false, timeout: 10_000, responseType: 'text' })
  const regix = async (registry: string, operation: string, argument: string): Promise<Element> => {
    const answer = await http.post<string>(`${registries}/${registry}${V2}`, envelope(operation, argument), {
      headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: ACTION },
    })
    return only(new DOMParser().parseFromString(answer.data, 'text/xml'), 'Response')
  }
  const licenceOf = async (uic: string): Promise<Licence> => {
    const url = `${registries}/transport-licensing/v1/carriers/search`
    return JSON.parse((await http.post<string>(url, { carrier: { uic } })).data) as Licence
  }
  const app = express()
  app.use(express.json())
  app.post('/water-taxi', async (request, response) => {
    const { skipper, operator } = request.body as WaterTaxi
    const [person, certificates, vessels, { licence }] = await Promise.all([
      regix('civil-registry', 'GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch', personQuestion(skipper)),
      regix(
        'maritime-registry',
        'IAMASeafarersAdapter.APIService.ISeafarersAPI.SeafarersLicensesSearch',
        seafarerQuestion(skipper),
      ),
      regix(
        'maritime-registry',
        'IAMAVesselsAdapter.APIService.IVesselsAPI.RegistrationSearchByOwner',
        ownerQuestion(operator),
      ),
      licenceOf(operator),
    ])
    response.json({
      skipper: fields(person, ['FirstName', 'SurName', 'FamilyName']),
      certificates: all(certificates, 'Certificate').map((certificate) =>
        fields(certificate, ['UniqueNumber', 'CertificateType', 'Qualification', 'ValidDate']),
      ),
      vessels: all(vessels, 'VesselInfo')
        .filter((vessel) => all(vessel, 'EIK').some((eik) => eik.textContent === operator))
        .map((vessel) => fields(vessel, ['ShipName', 'RegistrationNumber', 'Type', 'Status'])),
      licence: licence && {
        number: licence.number,
        transport: licence.transport,
        withdrawn: licence.withdrawn,
        expires: licence.expires,
      },
    })
  })
  const own = ownCode(registries, tlsOf(dataDirectory, 'broker/client'))
  app.post('/fan-out/:count', async (request, response) => {
    const citizen = request.body as Citizen
    const questions = own.questions.slice(0, Number(request.params.count))
    response.json(await Promise.all(questions.map((ask) => ask(citizen))))
  })
  const server = createServer(
    { ...tlsOf(dataDirectory, 'broker/tls'), requestCert: true, rejectUnauthorized: true },
    app,
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/water-taxi`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        agent.destroy()
        own.close()
      }),
  }
}

const envelope = (operation: string, argument: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Execute xmlns="http://egov.bg/RegiX"><request>' +
  '<ServiceRequestData xmlns="http://egov.bg/RegiX/SignedData">' +
  `<Operation>TechnoLogica.RegiX.${operation}</Operation><Argument>${argument}</Argument>` +
  '<CallContext><ServiceURI>1</ServiceURI><ServiceType>1</ServiceType><LawReason>1</LawReason></CallContext>' +
  '<SignResult>false</SignResult><ReturnAccessMatrix>true</ReturnAccessMatrix>' +
  '</ServiceRequestData></request></Execute></s:Body></s:Envelope>'

const personQuestion = (egn: string): string =>
  `<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest"><EGN>${egn}</EGN></ValidPersonRequest>`

const seafarerQuestion = (egn: string): string =>
  '<SeafarersLicensesRequest xmlns="http://egov.bg/RegiX/IAMA/SeafarersLicensesRequest">' +
  `<EGN>${egn}</EGN></SeafarersLicensesRequest>`

const ownerQuestion = (uic: string): string =>
  '<RegistrationInfoByOwnerRequest xmlns="http://egov.bg/RegiX/IAMA/RegistrationInfoByOwnerRequest">' +
  `<Identifier>${uic.slice(0, 6)}</Identifier></RegistrationInfoByOwnerRequest>`

const all = (from: Document | Element, name: string): Element[] => Array.from(from.getElementsByTagName(name))

function only(from: Document | Element, name: string): Element {
  const [found] = all(from, name)
  if (found === undefined) throw new Error(`the registry's answer has no ${name}`)
  return found
}

const fields = (element: Element, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, only(element, name).textContent]))
