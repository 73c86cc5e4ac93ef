import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import type { RegixCallContext } from '../adapter-kit/regix/execute-request.ts'
import { V2_BASIC_PATH } from '../adapter-kit/regix/names.ts'
import { soapFault } from '../adapter-kit/soap/envelope.ts'
import type { Cast, RegistryFault } from '../adapter-kit/simulator.ts'
import { executeOf, type Question, regixQuestion, restQuestion } from './answer.ts'
import { type CastOn, readCast } from './cast.ts'
import { anotherSubject, sendWith } from './faults.ts'
import { type HostedOperation, type HostedRegistry, loadStandIns } from './stand-in.ts'

export interface SimulatorOptions {
  /** Folder whose subfolders have `adapter.json` and `simulator/`. */
  readonly adaptersFolder: string
  readonly castFile: string
  /** Ids of the registries to stand in for; absent: all that the folder holds. */
  readonly registries?: readonly string[]
  /** PEM texts: the server's key and certificate, and the authority whose client certificates are let in. */
  readonly tls: { readonly key: string; readonly certificate: string; readonly ca: string }
  /** 0 or absent: a free one. */
  readonly port?: number
  readonly clock?: () => Date
  /** Told of each question before it is answered. */
  readonly onAsked?: (asked: AskedQuestion) => void
}

/** A question as it reached a registry. */
export interface AskedQuestion {
  readonly registry: string
  /** `registry/operation@version` */
  readonly operation: string
  /** RegiX's `CallContext`; absent where the registry speaks something else. */
  readonly callContext?: RegixCallContext
}

/** All simulated registries behind one loopback port, each below its own path. */
export interface Simulator extends AsyncDisposable {
  /** Base URL of one registry, without a slash at the end. */
  url(registry: string): string
  /** From now on the registry misbehaves this way, whoever is asked about; `undefined` ends it. */
  setFault(registry: string, fault: RegistryFault | undefined): void
  /** How often each `registry/operation@version` was asked. */
  readonly calls: ReadonlyMap<string, number>
  /** How many connections are open now. */
  connections(): Promise<number>
  close(): Promise<void>
}

/** What one running simulator remembers. */
interface State {
  readonly castOn: CastOn
  readonly clock: () => Date
  readonly faults: Map<string, RegistryFault>
  readonly calls: Map<string, number>
  readonly onAsked: ((asked: AskedQuestion) => void) | undefined
  served: number
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const registries = await loadStandIns(options.adaptersFolder, options.registries)
  const clock = options.clock ?? (() => new Date())
  const { onAsked } = options
  const castOn = readCast(options.castFile)
  const state: State = { castOn, clock, faults: new Map(), calls: new Map(), onAsked, served: 0 }
  const { key, certificate, ca } = options.tls
  const server = createServer(
    { key, cert: certificate, ca, requestCert: true, rejectUnauthorized: true },
    application(registries, state),
  )
  await listening(server, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => closed(server)
  return {
    url: (registry) => `https://127.0.0.1:${port}/${registry}`,
    setFault: (registry, fault) => {
      if (fault === undefined) state.faults.delete(registry)
      else state.faults.set(registry, fault)
    },
    calls: state.calls,
    connections: () => connections(server),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })

const connections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

function application(registries: readonly HostedRegistry[], state: State): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.raw({ type: () => true, limit: '2mb' }))
  for (const registry of registries) {
    app.post(`/${registry.id}${V2_BASIC_PATH}`, (request, response) => serveRegix(registry, state, request, response))
    for (const operation of registry.operations) {
      if (operation.wire.kind !== 'rest') continue
      const { route } = operation.wire
      app.post(`/${registry.id}${route.path}`, (request, response) =>
        serve({ registry: registry.id, operation, question: restQuestion(bytesOf(request), route) }, state, response),
      )
    }
  }
  app.use(unreadable)
  return app
}

/** Express knows an error handler by its four parameters. */
const unreadable: ErrorRequestHandler = (_error, _request, response, next) => {
  if (response.headersSent) next()
  else response.status(400).json({ error: 'the question is unreadable' })
}

const bytesOf = (request: Request): Uint8Array => request.body as Uint8Array

async function serveRegix(registry: HostedRegistry, state: State, request: Request, response: Response): Promise<void> {
  const execute = executeOf(bytesOf(request))
  for (const operation of registry.operations) {
    if (operation.wire.kind !== 'regix' || operation.wire.map.operation !== execute.operation) continue
    const question = regixQuestion(execute, operation.wire.map)
    await serve({ registry: registry.id, operation, question, callContext: execute.callContext }, state, response)
    return
  }
  response.status(500).type('text/xml').send(soapFault('Element request.Operation is invalid.'))
}

interface Asked {
  readonly registry: string
  readonly operation: HostedOperation
  readonly question: Question
  readonly callContext?: RegixCallContext
}

async function serve(asked: Asked, state: State, response: Response): Promise<void> {
  const { registry, operation, question, callContext } = asked
  const name = `${registry}/${operation.key}`
  state.calls.set(name, (state.calls.get(name) ?? 0) + 1)
  state.onAsked?.({ registry, operation: name, ...(callContext === undefined ? {} : { callContext }) })
  state.served += 1
  const cast = state.castOn(state.clock())
  const fault = state.faults.get(registry) ?? faultFor(registry, question, cast)
  const { handler, manifest } = operation
  const other = fault?.kind === 'other-subject'
  const subject = other ? anotherSubject(question.input, manifest.subject.input, cast, handler) : question.input
  const answer = question.answer(subject, handler(subject, cast), state.served)
  await sendWith(fault, response, answer)
}

/** The cast names identifiers about which a registry misbehaves. */
const faultFor = (registry: string, question: Question, cast: Cast): RegistryFault | undefined =>
  cast.faults.find((fault) => fault.registry === registry && Object.values(question.input).includes(fault.identifier))
