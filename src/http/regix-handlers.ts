import type { Request, Response } from 'express'
import type { RegixAddress } from '../model/regix.ts'
import { SOAP_TYPES } from '../model/media-types.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker, HttpSettings, RegixReply } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { goneSignal } from './follow.ts'
import { callerOf, identify } from './identify.ts'
import { readBody, requireMedia } from './receive.ts'

const V1: RegixAddress = { entry: 'v1', soap: '1.2' }
const V2: RegixAddress = { entry: 'v2', soap: '1.2' }
const BASIC: RegixAddress = { entry: 'v2', soap: '1.1' }

/** The entry points of RegiX, for clients that have nothing of edno but its address. */
export function regixHandlers(broker: Broker, settings: HttpSettings): Record<string, Handler> {
  const ask =
    (address: RegixAddress): Handler =>
    async (request, response) => {
      await answer(request, response, { broker, settings, address })
    }
  const describe =
    (address: RegixAddress): Handler =>
    async (request, response) => {
      // A client of the wild asks by GET, with a body (decidim-sofia).
      if (hasBody(request)) await answerGet(request, response, { broker, settings, address })
      else writeDescription(request, response, { broker, address })
    }
  return {
    takeRegixCallback: async (request, response) => {
      const body: unknown = request.body
      if (!Buffer.isBuffer(body) || body.length === 0) throw new BrokerError('request.malformed', 'the body is empty')
      const { certificate } = callerOf(request)
      const text = await broker.pushed.take(String(request.params['registry']), certificate, body)
      response.type('text/xml').send(text)
    },
    askRegixV1: ask(V1),
    askRegixV2: ask(V2),
    askRegixBasic: ask(BASIC),
    describeRegixV1: describe(V1),
    describeRegixV2: describe(V2),
    describeRegixBasic: describe(BASIC),
  }
}

interface Asking {
  readonly broker: Broker
  readonly settings: HttpSettings
  readonly address: RegixAddress
}

async function answer(request: Request, response: Response, { broker, settings, address }: Asking): Promise<void> {
  const party = identify(request, broker)
  const body: unknown = request.body
  if (!Buffer.isBuffer(body) || body.length === 0) throw new BrokerError('request.malformed', 'the body is empty')
  const asked = { ...address, bytes: body, actions: actionsOf(request) }
  const caller = { party, certificate: callerOf(request).certificate ?? '' }
  const reply = await broker.regix.ask(asked, caller, { gone: goneSignal(response) })
  const { refusal } = reply
  if (refusal !== undefined) settings.onRefused(refusal.code)
  if (refusal !== undefined && refusal.status >= 500) settings.onFailure(refusal)
  else if (refusal !== undefined) settings.watch.refused(callerOf(request), refusal.code)
  write(response, reply)
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** WSDL is open to everybody, questions are not. */
async function answerGet(request: Request, response: Response, asking: Asking): Promise<void> {
  const { broker, settings, address } = asking
  const { certificate } = callerOf(request)
  identify(request, broker)
  requireMedia(request, [SOAP_TYPES[address.soap]], settings.bodyLimitBytes)
  if (certificate !== undefined) await broker.judgeConnection(certificate)
  await read(request, response, settings.bodyLimitBytes)
  await answer(request, response, asking)
}

const read = (request: Request, response: Response, limit: number): Promise<void> =>
  new Promise((resolve, reject) => {
    void readBody(limit)(request, response, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(BrokerError.from(error))
    })
  })

/** `SOAPAction` of SOAP 1.1, `action` of the media type in SOAP 1.2; some clients send both. What is empty says nothing. */
function actionsOf({ headers }: Request): readonly string[] {
  const header = String(headers['soapaction'] ?? '')
  const [, parameter = ''] = /;\s*action\s*=\s*("[^"]*"|[^;\s]+)/i.exec(headers['content-type'] ?? '') ?? []
  return [header, parameter].map((text) => text.trim().replaceAll(/^"|"$/g, '')).filter((text) => text !== '')
}

function write(response: Response, { status, mediaType, body, exchangeId, assumed = [], refusal }: RegixReply): void {
  if (exchangeId !== undefined) {
    response.set('Edno-Exchange', exchangeId)
    response.set('Link', `</v1/exchanges/${exchangeId}/receipt>; rel="receipt"`)
  }
  if (assumed.length > 0) response.set('Edno-Assumed', assumed.join(', '))
  if (refusal !== undefined) response.set('Edno-Problem', refusal.code)
  response.status(status).set('Content-Type', mediaType)
  response.end(typeof body === 'string' ? body : Buffer.from(body))
}

/** Tells a client of RegiX in its words what happened before its message was read; false where it is another's request. */
export function refuseRegix(refusal: BrokerError, request: Request, response: Response, broker: Broker): boolean {
  const address = response.locals['regix'] as RegixAddress | undefined
  if (address === undefined || (request.method === 'GET' && !hasBody(request))) return false
  write(response, broker.regix.refuse(refusal, { ...address, actions: actionsOf(request) }))
  return true
}

const HOST = /^(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** The address that the caller used is the one that the WSDL names, where it can be one. */
function writeDescription(request: Request, response: Response, { broker, address }: Omit<Asking, 'settings'>): void {
  const host = request.headers.host ?? ''
  if (!HOST.test(host)) throw new BrokerError('request.not-found', 'Host: a name or an address is expected')
  const { pathname, search } = new URL(request.originalUrl, 'https://edno.invalid')
  const folder = /^\/regix\//i.test(pathname) ? '/RegiX' : ''
  const query = pathname.toLowerCase().endsWith('.singlewsdl.xml') ? 'singleWsdl' : search.slice(1)
  const text = broker.regix.describe({ ...address, query, base: `https://${host}${folder}` })
  if (text === undefined) throw new BrokerError('request.not-found', 'wsdl, singleWsdl and xsd=xsd0 are described')
  response.set('Content-Type', 'text/xml; charset=utf-8').end(text)
}
