import { type AddressInfo, createServer } from 'node:net'

/** The wanted port where it is free on the loopback, else any free one. */
export const choosePort = async (wanted: number | undefined): Promise<number> =>
  (wanted === undefined ? undefined : await listenOnce(wanted)) ?? (await listenOnce(0)) ?? 0

async function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: taken } = server.address() as AddressInfo
      server.close(() => resolve(taken))
    })
  })
}
