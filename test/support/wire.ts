import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A line to a registry that can go dead: connections are still accepted, and nothing that is sent over them arrives, in
 * either direction. What a firewall that forgot, or a machine that stopped, looks like.
 */
export class Wire {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #dead = false

  private constructor(to: number) {
    this.#server = createServer((caller) => this.#carry(caller, to))
  }

  /** A line to a port of the loopback. */
  static async to(port: number): Promise<Wire> {
    const wire = new Wire(port)
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** From now on nothing arrives any more; connections that were opened meanwhile stay dead for good. */
  set dead(dead: boolean) {
    this.#dead = dead
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #carry(caller: Socket, port: number): void {
    this.#keep(caller)
    if (this.#dead) {
      caller.resume()
      return
    }
    const registry = connect(port, '127.0.0.1')
    this.#keep(registry)
    this.#pass(caller, registry)
    this.#pass(registry, caller)
  }

  #pass(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!this.#dead) to.write(bytes)
    })
    from.once('close', () => to.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
