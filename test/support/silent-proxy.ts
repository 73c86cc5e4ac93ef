import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/**
 * A way to a server on this machine that can be cut as a cable is: connections stay open, nothing passes, nobody is told.
 */
export class SilentProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isSilent = false

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(port: number): Promise<SilentProxy> {
    const server = createServer({ pauseOnConnect: true })
    const proxy = new SilentProxy(server)
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1')
      proxy.#join(near, far)
      proxy.#join(far, near)
      near.resume()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  /** The same address, by this way. */
  through(url: string): string {
    const address = new URL(url)
    address.port = String((this.#server.address() as AddressInfo).port)
    // The socket would lead past it.
    address.searchParams.delete('host')
    return address.href
  }

  /** From now on what comes is taken and goes nowhere, on connections that are there and on new ones. */
  cut(): void {
    this.#isSilent = true
  }

  /** New connections pass again; those that were cut stay so, as after a router lost its table. */
  mend(): void {
    this.#isSilent = false
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    let isCut = false
    from.on('data', (data) => {
      isCut ||= this.#isSilent
      if (!isCut) to.write(data)
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!isCut && !this.#isSilent) to.destroy()
    })
  }
}
