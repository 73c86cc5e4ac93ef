import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createServer as createPlainServer, type RequestListener, type Server as PlainServer } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import { connect, type ListenOptions, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { addressOf } from './door.ts'

type Server = PlainServer | TlsServer

export interface TlsMaterial {
  /** PEM texts. */
  readonly key: string
  readonly certificate: string
  /** Certificates a client may be issued by, named in the handshake. */
  readonly clientAuthorities: string
}

export interface FrontDoor extends ListenOptions {
  readonly tls: TlsMaterial
  /** May this address open a connection? Asked before the handshake. */
  readonly knock: (address: string) => boolean
  readonly connected: (socket: TLSSocket) => void
}

export interface Listener {
  readonly port: number
  /** Stops accepting, lets running requests end, then resolves. */
  readonly close: () => Promise<void>
}

/** Far more than one process can serve, far less than a process may have files. */
const MAX_CONNECTIONS = 2000

/**
 * HTTPS that asks for a client certificate and lets the handshake pass without one, because health, docs and the
 * catalogue are open. A certificate proves a party only by being registered (`identify`): the pin by SHA-256 is the
 * check, and it is stricter than any chain.
 */
export async function listen(app: RequestListener, { tls, ...front }: FrontDoor): Promise<Listener> {
  const server = createServer(
    {
      key: tls.key,
      cert: tls.certificate,
      ca: tls.clientAuthorities,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      // A connection that never speaks costs a file descriptor, and no more than this long.
      handshakeTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
    },
    app,
  )
  refuseStrangersEarly(server, front)
  return opened(server, { host: front.host, port: front.port })
}

/** TLS hears of a connection as any listener does; here it is not told of those that may not come in. */
function refuseStrangersEarly(server: TlsServer, { knock, connected }: Omit<FrontDoor, 'tls'>): void {
  const handshakes = server.listeners('connection') as ((this: TlsServer, socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!knock(addressOf(socket.remoteAddress))) socket.resetAndDestroy()
    else for (const handshake of handshakes) handshake.call(server, socket)
  })
  server.on('secureConnection', connected)
}

/** Plain HTTP for a proxy on this machine, on a loopback port. */
export const listenOnLoopback = (app: RequestListener, port: number): Promise<Listener> =>
  opened(createPlainServer(app), { host: '127.0.0.1', port })

/** Plain HTTP for a proxy on this machine, on a Unix socket that its group may write to. */
export async function listenOnSocket(app: RequestListener, path: string): Promise<Listener> {
  await removeDeadSocket(path)
  const listener = await opened(createPlainServer(app), { path })
  chmodSync(path, 0o660)
  return listener
}

/** What a process left behind that ended without closing; a socket that somebody listens on is not touched. */
async function removeDeadSocket(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
  if (!alive) rmSync(path)
}

async function opened(server: Server, where: ListenOptions): Promise<Listener> {
  // A client that sends its request byte by byte is cut off.
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
  return { port: portOf(server), close: () => closed(server) }
}

function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

const IDLE_SWEEP_MS = 50
/** Longer than any exchange takes; a client that does not read its answer by then never will. */
const CLOSE_AFTER_MS = 20_000

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection falls idle only after its answer; until then it is busy and must not be cut.
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_AFTER_MS)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
