import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const FIRST = 20_000

/** The lowest port that the system gives to whoever asks for any, as every outgoing connection does. */
const lowestOfAny = (): number => {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10)
  } catch {
    return 32_768
  }
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** A port of the loopback that nobody listens on now, and that the system gives to nobody else until it is used. */
export async function freePort(): Promise<number> {
  const beyond = Math.max(FIRST + 1000, lowestOfAny())
  for (let tries = 0; tries < 100; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * (beyond - FIRST))
    if (await listens(port)) return port
  }
  throw new Error(`no port from ${FIRST} to ${beyond} is free`)
}
