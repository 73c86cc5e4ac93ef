import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a server on which every byte is counted, TLS and all. */
export interface Counted {
  readonly url: string
  /** So far, both ways together. */
  readonly bytes: () => number
  readonly close: () => Promise<void>
}

export async function counted(target: string): Promise<Counted> {
  const { port, hostname } = new URL(target)
  const open = new Set<Socket>()
  let bytes = 0
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.setNoDelay(true)
      from.on('data', (chunk) => {
        bytes += chunk.length
        to.write(chunk)
      })
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', () => open.delete(from))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
