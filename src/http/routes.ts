import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express'
import helmet from 'helmet'
import { BrokerError } from '../problem/broker-error.ts'
import { accessHandlers } from './access-handlers.ts'
import { auditHandlers } from './audit-handlers.ts'
import { auditPageHandlers } from './audit-page/handlers.ts'
import { renderRefusal, wantsPage } from './audit-page/refuse.ts'
import { tidyQuery } from './audit-page/tidy-query.ts'
import type { Broker, HttpSettings } from './broker.ts'
import { cataloguePageHandlers } from './catalogue-page/handlers.ts'
import { caseHandlers } from './case-handlers.ts'
import { loadContract, type Route } from './contract.ts'
import type { Door } from './door.ts'
import { evidenceHandlers } from './evidence-handlers.ts'
import { exchangeHandlers, type Handler } from './exchange-handlers.ts'
import { headHandlers } from './head-handlers.ts'
import { callerOf, DOOR, identify, requireTrustedCaller } from './identify.ts'
import { listHandlers } from './list-handlers.ts'
import { metricsHandlers } from './metrics-handlers.ts'
import { registryHandlers } from './registry-handlers.ts'
import { regixHandlers, refuseRegix } from './regix-handlers.ts'
import { openHandlers } from './open-handlers.ts'
import { FORM, readBody, receiveForm, receiveJson, requireMedia } from './receive.ts'
import { renderProblem } from './render-problem.ts'
import { trackerHandlers } from './tracker-handlers.ts'

/** The HTTP interface: every route of the contract has exactly one handler, every handler a route. */
export function routes(broker: Broker, settings: HttpSettings, door: Door): Express {
  const contract = loadContract(settings.root)
  const handlers = {
    ...exchangeHandlers(broker, settings),
    ...evidenceHandlers(broker, settings),
    ...caseHandlers(broker),
    ...listHandlers(broker),
    ...registryHandlers(broker),
    ...metricsHandlers(broker),
    ...auditHandlers(broker),
    ...trackerHandlers(broker),
    ...accessHandlers(broker, settings),
    ...headHandlers(broker),
    ...auditPageHandlers(broker, settings),
    ...cataloguePageHandlers(broker),
    ...regixHandlers(broker, settings),
    ...openHandlers(broker, settings, contract),
  }
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set(DOOR, door)
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }))
  app.use(noStore)
  app.get('/audit', tidyQuery)
  for (const route of contract.routes) app[route.method](route.path, ...chain(route, handlers, broker, settings))
  requireSameNames(contract.routes, handlers)
  app.use(() => {
    throw new BrokerError('request.not-found', 'the contract knows no such address or method')
  })
  app.use(failure(broker, settings))
  return app
}

/** Who calls is known before a byte of the body is read. */
function chain(
  route: Route,
  handlers: Record<string, Handler>,
  broker: Broker,
  settings: HttpSettings,
): RequestHandler[] {
  const handle = handlers[route.operationId]
  if (handle === undefined) throw new BrokerError('broker.internal', `no handler for ${route.operationId}`)
  const guard: RequestHandler = (request, response, next) => {
    if (route.regix !== undefined) response.locals['regix'] = route.regix
    if (!route.open) {
      identify(request, broker)
      requireOwnSite(request)
    }
    if (route.ofRegistry) broker.pushed.admit(String(request.params['registry']), callerOf(request).certificate)
    route.judgePath(request.params)
    response.locals['instance'] = request.path
    route.judgeQuery(request.query)
    if (route.accepts.length > 0) requireMedia(request, route.accepts, settings.bodyLimitBytes)
    next()
  }
  const body = route.accepts.length > 0 ? [readBody(settings.bodyLimitBytes), judgeParsed(route)] : []
  return [guard, ...(route.open ? [] : [requireTrustedCaller(broker)]), ...body, handle]
}

/**
 * Browsers present their certificate wherever a link comes from: a page of somebody else must not have an auditor read
 * things, each of which is an entry in his name. An address that was typed, or followed from here, is the auditor's own doing;
 * the first page reads nothing. Programs send no such header.
 */
function requireOwnSite(request: Request): void {
  const site = request.get('Sec-Fetch-Site') ?? 'none'
  if (site !== 'same-origin' && site !== 'none' && request.originalUrl !== '/audit')
    throw new BrokerError('access.other-site', 'a page of another site leads here')
}

/** Where the contract takes JSON or a form, its handler finds it parsed and judged in `locals.json` or `locals.form`. */
const judgeParsed =
  ({ judgeBody }: Route): RequestHandler =>
  (request, response, next) => {
    if (request.is('application/json') !== false) judgeBody((response.locals['json'] = receiveJson(request)))
    if (request.is(FORM) !== false) judgeBody((response.locals['form'] = receiveForm(request)))
    next()
  }

/** Personal data is in many answers: no cache may keep one. */
const noStore: RequestHandler = (_, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

function requireSameNames(routesOfContract: readonly Route[], handlers: Record<string, Handler>): void {
  const names = new Set(routesOfContract.map((route) => route.operationId))
  const orphan = Object.keys(handlers).find((name) => !names.has(name))
  if (orphan !== undefined) throw new BrokerError('broker.internal', `the contract does not name ${orphan}`)
}

/** An address that cannot be decoded is one the contract does not know. */
const refusalOf = (error: unknown): BrokerError =>
  error instanceof URIError
    ? new BrokerError('request.not-found', 'the address cannot be decoded', { cause: error })
    : BrokerError.from(error)

const failure =
  (broker: Broker, settings: HttpSettings): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const refusal = refusalOf(error)
    settings.onRefused(refusal.code)
    if (refusal.status >= 500) settings.onFailure(error)
    else settings.watch.refused(callerOf(request), refusal.code)
    // Whatever of the body was not read is not waited for.
    if (!request.complete) response.set('Connection', 'close')
    if (response.headersSent) next(error)
    else if (wantsPage(request)) renderRefusal(refusal, request, response)
    else if (!refuseRegix(refusal, request, response, broker)) renderProblem(refusal, request, response)
  }
