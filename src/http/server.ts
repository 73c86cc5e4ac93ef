import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createServer as createPlainServer, type RequestListener, type Server as PlainServer } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import { connect, type ListenOptions } from 'node:net'

type Server = PlainServer | TlsServer

export interface TlsMaterial {
  /** PEM texts. */
  readonly key: string
  readonly certificate: string
  /** Certificates a client may be issued by, named in the handshake. */
  readonly clientAuthorities: string
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
export async function listen(app: RequestListener, tls: TlsMaterial, host: string, port: number): Promise<Listener> {
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
  return opened(server, { host, port })
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
