import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import type { RegixCallContext } from '../adapter-kit/regix/execute-request.ts'
import type { RegixSigner } from '../adapter-kit/soap/sign-data.ts'
import { V1, V2_BASIC } from '../adapter-kit/regix/entry-point.ts'
import type { Cast, RegistryFault } from '../adapter-kit/simulator.ts'
import { type Question, restQuestion, soapQuestion } from './answer.ts'
import { type CastOn, readCast } from './cast.ts'
import { anotherSubject, sendWith } from './faults.ts'
import { startDatabase } from './postgres/start-database.ts'
import { PromisedAnswers, type PromisedCall, serveRegix } from './serve-regix.ts'
import { type HostedOperation, type HostedRegistry, loadStandIns, type StandInPlaces } from './stand-in.ts'

export interface SimulatorOptions extends StandInPlaces {
  readonly castFile: string
  /** PEM texts: the server's key and certificate, and the authority whose client certificates are let in. */
  readonly tls: { readonly key: string; readonly certificate: string; readonly ca: string }
  /** Signs RegiX answers where the question asks for it; absent: they come unsigned. */
  readonly seal?: RegixSigner
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
  /** From now on the registry promises what it is asked asynchronously, and has it after so long; `undefined` ends it. */
  setDelay(registry: string, ms: number | undefined): void
  /** What was promised, oldest first. */
  readonly promises: readonly PromisedCall[]
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
  readonly seal: RegixSigner | undefined
  readonly promised: PromisedAnswers
  served: number
}

/** No connection ends by itself in the moment in which it is used again. */
const KEEP_ALIVE_MS = 600_000

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const registries = await loadStandIns(options)
  const clock = options.clock ?? (() => new Date())
  const { onAsked } = options
  const castOn = readCast(options.castFile)
  const promised = new PromisedAnswers()
  const remembered = { faults: new Map<string, RegistryFault>(), calls: new Map<string, number>(), promised, served: 0 }
  const state: State = { ...remembered, castOn, clock, onAsked, seal: options.seal }
  const { key, certificate, ca } = options.tls
  const server = createServer(
    { key, cert: certificate, ca, requestCert: true, rejectUnauthorized: true },
    application(registries, state),
  )
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await listening(server, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  const database = await databaseOf(registries, state, options)
  const close = async (): Promise<void> => {
    await Promise.all([closed(server), database?.close()])
  }
  return {
    url: (registry) => database?.url(registry) ?? `https://127.0.0.1:${port}/${registry}`,
    setFault: (registry, fault) => {
      if (fault === undefined) state.faults.delete(registry)
      else state.faults.set(registry, fault)
    },
    setDelay: (registry, ms) => promised.setDelay(registry, ms),
    promises: promised.all,
    calls: state.calls,
    connections: async () => (await connections(server)) + (database?.connections() ?? 0),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Registries that are databases stand behind a port of their own. */
async function databaseOf(registries: readonly HostedRegistry[], state: State, { tls }: SimulatorOptions) {
  const views = registries.filter(({ operations }) => operations.some(({ wire }) => wire.kind === 'sql'))
  if (views.length === 0) return undefined
  return startDatabase(views, tls, (registry, operation, input) => {
    const asked = { registry, operation, question: { input } }
    return { ...answerTo(asked, state), number: state.served }
  })
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
    for (const entry of [V2_BASIC, V1])
      app.post(`/${registry.id}${entry.path}`, (request, response) =>
        serveRegix({ registry, entry, body: bytesOf(request) }, desk(state), response),
      )
    for (const operation of registry.operations) {
      const offered = offeredBy(operation)
      if (offered === undefined) continue
      app.post(`/${registry.id}${offered.path}`, (request, response) =>
        serve({ registry: registry.id, operation, question: offered.read(bytesOf(request)) }, state, response),
      )
    }
  }
  app.use(unreadable)
  return app
}

interface Offered {
  readonly path: string
  readonly read: (body: Uint8Array) => Question
}

/** An operation with a path of its own. */
function offeredBy({ wire }: HostedOperation): Offered | undefined {
  if (wire.kind === 'rest') return { path: wire.route.path, read: (body) => restQuestion(body, wire.route) }
  if (wire.kind === 'soap') return { path: wire.door.path, read: (body) => soapQuestion(body, wire.door) }
  return undefined
}

/** Express knows an error handler by its four parameters. */
const unreadable: ErrorRequestHandler = (_error, _request, response, next) => {
  if (response.headersSent) next()
  else response.status(400).json({ error: 'the question is unreadable' })
}

const bytesOf = (request: Request): Uint8Array => request.body as Uint8Array

/** What stands behind each entry point of RegiX. */
const desk = (state: State) => ({
  seal: state.seal,
  promised: state.promised,
  faultOf: (registry: string) => state.faults.get(registry),
  answerTo: (asked: AskedOf) => ({ ...answerTo(asked, state), callId: state.served }),
})

export interface AskedOf {
  readonly registry: string
  readonly operation: HostedOperation
  readonly question: Pick<Question, 'input'>
  readonly callContext?: RegixCallContext
}

interface Asked extends AskedOf {
  readonly question: Question
}

async function serve(asked: Asked, state: State, response: Response): Promise<void> {
  const { subject, record, fault } = answerTo(asked, state)
  await sendWith(fault, response, asked.question.answer(subject, record, state.served))
}

/** Whom the registry answers about, what it has on record, and how it misbehaves. */
function answerTo({ registry, operation, question, callContext }: AskedOf, state: State) {
  const name = `${registry}/${operation.key}`
  state.calls.set(name, (state.calls.get(name) ?? 0) + 1)
  state.onAsked?.({ registry, operation: name, ...(callContext === undefined ? {} : { callContext }) })
  state.served += 1
  const cast = state.castOn(state.clock())
  const fault = state.faults.get(registry) ?? faultFor(registry, question, cast)
  const subject = fault?.kind === 'other-subject' ? anotherSubject(question.input, operation, cast) : question.input
  return { subject, record: operation.handler(subject, cast), fault }
}

/** The cast names identifiers about which a registry misbehaves. */
const faultFor = (registry: string, question: Pick<Question, 'input'>, cast: Cast): RegistryFault | undefined =>
  cast.faults.find((fault) => fault.registry === registry && Object.values(question.input).includes(fault.identifier))
