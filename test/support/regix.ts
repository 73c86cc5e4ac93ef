import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestApp } from './app.ts'
import { type Answered, call, keysOf } from './caller.ts'

export const VALID_PERSON = 'TechnoLogica.RegiX.GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch'
export const VEHICLE = 'TechnoLogica.RegiX.MVRMPSAdapter.APIService.IMVRMPSAPI.GetMotorVehicleRegistrationInfoV3'
const SOAP = { '1.1': 'http://schemas.xmlsoap.org/soap/envelope/', '1.2': 'http://www.w3.org/2003/05/soap-envelope' }

export interface Envelope {
  readonly entry?: 'v1' | 'v2'
  readonly soap?: '1.1' | '1.2'
  /** Of the body. */
  readonly element?: string
  readonly operation?: string
  /** The element inside Argument. */
  readonly argument?: string
  /** The whole CallContext, or nothing. */
  readonly context?: string
  /** Members besides; in their place before SignResult. */
  readonly before?: string
  readonly first?: string
  readonly signResult?: boolean
  readonly returnAccessMatrix?: boolean
  readonly header?: string
}

export const personArgument = (egn: string): string =>
  `<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest"><EGN>${egn}</EGN></ValidPersonRequest>`
export const vehicleArgument = (plate: string): string =>
  `<GetMotorVehicleRegistrationInfoV3Request xmlns="http://egov.bg/RegiX/MVR/MPS/GetMotorVehicleRegistrationInfoV3Request">` +
  `<Identifier>${plate}</Identifier></GetMotorVehicleRegistrationInfoV3Request>`
export const CONTEXT =
  '<CallContext><ServiceURI>ТР-ДЕМО-1</ServiceURI><ServiceType>За административна услуга</ServiceType>' +
  '<EmployeeIdentifier>u@a.test</EmployeeIdentifier><EmployeeNames>Служител Измислен</EmployeeNames>' +
  '<EmployeePosition>Експерт</EmployeePosition><LawReason>zavp-24a</LawReason></CallContext>'

/** As a client would write it; every part of it can be another. */
export function envelopeOf(parts: Envelope = {}): string {
  const { entry = 'v2', soap = entry === 'v1' ? '1.2' : '1.1' } = parts
  const { element = entry === 'v1' ? 'ExecuteSynchronous' : 'Execute', operation = VALID_PERSON } = parts
  const data =
    `${parts.first ?? ''}<Operation>${operation}</Operation><Argument>${parts.argument ?? personArgument('8427029967')}</Argument>` +
    `${parts.context ?? CONTEXT}${parts.before ?? ''}<SignResult>${parts.signResult ?? false}</SignResult>` +
    `<ReturnAccessMatrix>${parts.returnAccessMatrix ?? false}</ReturnAccessMatrix>`
  const request =
    entry === 'v1'
      ? `<request>${data}</request>`
      : `<request><ServiceRequestData xmlns="http://egov.bg/RegiX/SignedData">${data}</ServiceRequestData></request>`
  return wrapped(`<${element} xmlns="${namespaceOf(entry)}">${request}</${element}>`, soap, parts.header)
}

export const wrapped = (body: string, soap: '1.1' | '1.2', header = ''): string =>
  `<s:Envelope xmlns:s="${SOAP[soap]}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`

export const namespaceOf = (entry: 'v1' | 'v2'): string =>
  entry === 'v1' ? 'http://tempuri.org/' : 'http://egov.bg/RegiX'

/** `CheckResult` or `AcknowledgeResultReceived`. */
export function referenceOf(element: string, callId: string, verificationCode: string): string {
  const data =
    `<ServiceCheckResultArgument xmlns="http://egov.bg/RegiX/SignedData"><ServiceCallID>${callId}</ServiceCallID>` +
    `<VerificationCode>${verificationCode}</VerificationCode></ServiceCheckResultArgument>`
  return wrapped(`<${element} xmlns="http://egov.bg/RegiX"><argument>${data}</argument></${element}>`, '1.1')
}

export interface Posted {
  readonly path?: string
  readonly method?: 'GET' | 'POST'
  readonly contentType?: string
  readonly headers?: Record<string, string>
  /** Null: without a client certificate. */
  readonly party?: string | null
}

export const BASIC = '/RegiX/RegiXEntryPointV2.svc/basic'
export const V1 = '/RegiX/RegiXEntryPoint.svc'

export function post(edno: TestApp, body: string | Uint8Array, posted: Posted = {}): Promise<Answered> {
  const { path = BASIC, party = 'troyan', method = 'POST' } = posted
  return call(edno, {
    path,
    method,
    body: typeof body === 'string' ? Buffer.from(body) : body,
    contentType:
      posted.contentType ??
      (path.endsWith('/basic') ? 'text/xml; charset=utf-8' : 'application/soap+xml; charset=utf-8'),
    ...(posted.headers === undefined ? {} : { headers: posted.headers }),
    tls: party === null ? undefined : keysOf(edno, party).tls,
  })
}

/** edno's code, wherever the answer says it. */
export const codeIn = ({ headers }: Answered): string | undefined => {
  const code = headers['edno-problem']
  return typeof code === 'string' ? code : undefined
}

export const textIn = (xml: string, element: string): string | undefined =>
  new RegExp(`<(?:[\\w-]+:)?${element}(?:\\s[^>]*)?>([^<]*)</`).exec(xml)?.[1]

export interface CapturedRequest extends Required<Pick<Posted, 'path' | 'contentType' | 'headers'>> {
  readonly name: string
  readonly body: Buffer
}

/** Requests as real stacks sent them (test/fixtures/regix-envelopes), without what belongs to their connection. */
export function capturedRequests(): CapturedRequest[] {
  const folder = join(import.meta.dirname, '..', 'fixtures', 'regix-envelopes')
  return readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const at = text.indexOf('\n\n')
    const [line = '', ...lines] = text.slice(0, at).split('\n')
    const named = Object.fromEntries(lines.map((header) => header.split(/: ?(.*)/s) as [string, string]))
    const { Host: _, 'Content-Length': length, Connection: __, 'Content-Type': contentType = '', ...headers } = named
    const body = Buffer.from(text.slice(at + 2)).subarray(0, Number(length))
    return { name, path: line.split(' ')[1] ?? '', contentType, headers, body }
  })
}
