import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { HostedRegistry } from '../stand-in.ts'
import { type DatabaseAnswer, Session } from './session.ts'

/** PEM texts. */
export interface DatabaseKeys {
  readonly key: string
  readonly certificate: string
  readonly ca: string
}

export interface StandInDatabase {
  /** Undefined for a registry that is no database. */
  readonly url: (registry: string) => string | undefined
  readonly connections: () => number
  readonly close: () => Promise<void>
}

/**
 * Stands in for the databases of registries: speaks so much of PostgreSQL's protocol as the kit's one statement takes, over TLS
 * with client certificates. Its views are what the maps name; what it cannot do a real PostgreSQL shows in the tests.
 */
export async function startDatabase(
  registries: readonly HostedRegistry[],
  keys: DatabaseKeys,
  answer: DatabaseAnswer,
): Promise<StandInDatabase> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    encrypt(socket, keys, (secure) => new Session(secure, registries, answer))
  })
  await listening(server)
  const { port } = server.address() as AddressInfo
  return {
    url: (id) =>
      registries.some((registry) => registry.id === id) ? `postgres://edno@127.0.0.1:${port}/${id}` : undefined,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })

/** The first message must ask for TLS (SSLRequest); nobody is let in without. */
function encrypt(socket: Socket, { key, certificate, ca }: DatabaseKeys, begin: (secure: TLSSocket) => void): void {
  socket.once('data', () => {
    socket.write('S')
    const secure = new TLSSocket(socket, {
      ...{ isServer: true, key, cert: certificate, ca },
      ...{ requestCert: true, rejectUnauthorized: true },
    })
    secure.on('error', () => socket.destroy())
    begin(secure)
  })
}
