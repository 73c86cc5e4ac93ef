import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { type Tls, tlsOf } from './keys.ts'
import type { BenchServer, BenchSetting } from './process.ts'

/** Bad requests so far; answers by status. */
export interface AttackCounts {
  /** Due so far; what finds every connection waiting for its answer is not sent. */
  readonly offered: number
  readonly sent: number
  readonly answered: Readonly<Record<string, number>>
}

/** A registered party whose software has gone wrong; the good consumers are another. */
const BROKEN_PARTY = 'lovech'
const CONNECTIONS = 100
const PER_SECOND = 2000
const TICK_MS = 5

/**
 * Bad requests over kept connections, each as soon as the one before is answered and it is due, half of them without a
 * client certificate and half by a registered party whose signatures do not hold. `/go`, `/halt` and `/` (counts) at its address.
 */
export async function startAttackers({ dataDirectory, target = '' }: BenchSetting): Promise<BenchServer> {
  const broken = tlsOf(dataDirectory, `parties/${BROKEN_PARTY}/tls`)
  const { ca } = broken
  const attack = new Attack(new URL(target), tampered(dataDirectory), [{ ca }, broken])
  const control = createServer(({ url }, response) => {
    if (url === '/halt') attack.halt()
    const begun = url === '/go' ? attack.go() : Promise.resolve()
    void begun.then(() => response.end(JSON.stringify(attack.counts())))
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    close: () => {
      attack.halt()
      control.closeAllConnections()
      return new Promise((resolve) => control.close(() => resolve()))
    },
  }
}

/** An application of the party, changed after it was signed. */
function tampered(dataDirectory: string): Uint8Array {
  const config = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: dataDirectory } })
  const scenario = { ...scenarioNamed(scenariosOf(config), 'taxi'), party: BROKEN_PARTY }
  const { cert, key } = tlsOf(dataDirectory, `parties/${BROKEN_PARTY}/seal`)
  return signedBytes(applicationOf(scenario, [], new Date()), { certificate: cert, key }, true)
}

const requestTo = ({ host, pathname }: URL, body: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ])

class Attack {
  readonly #target: URL
  readonly #request: Buffer
  readonly #callers: readonly Partial<Tls>[]
  readonly #answered: Record<string, number> = {}
  #sockets: TLSSocket[] = []
  #offered = 0
  #sent = 0
  /** Connections that wait for nothing. */
  #free: TLSSocket[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(target: URL, body: Uint8Array, callers: readonly Partial<Tls>[]) {
    this.#target = target
    this.#request = requestTo(target, body)
    this.#callers = callers
  }

  /** Connections are opened anew: servers end those that were idle for some seconds. */
  async go(): Promise<void> {
    const callers = Array.from({ length: CONNECTIONS }, (_, n) => this.#callers[n % this.#callers.length] ?? {})
    this.#sockets = await Promise.all(callers.map((tls) => this.#open(tls)))
    this.#free = [...this.#sockets]
    let last = performance.now()
    let due = 0
    this.#timer = setInterval(() => {
      const now = performance.now()
      due += ((now - last) / 1000) * PER_SECOND
      last = now
      for (; due >= 1; due -= 1) this.#offer()
    }, TICK_MS)
  }

  #offer(): void {
    this.#offered += 1
    const socket = this.#free.shift()
    if (socket === undefined) return
    socket.write(this.#request)
    this.#sent += 1
  }

  #open(tls: Partial<Tls>): Promise<TLSSocket> {
    const { hostname, port } = this.#target
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ...tls }, () => resolve(socket))
      socket.on('error', reject)
      socket.setEncoding('latin1')
      let tail = ''
      socket.on('data', (text: string) => {
        tail = this.#count(tail + text, socket)
      })
    })
  }

  /** Counts status lines; what may be the beginning of one is kept for the next piece. */
  #count(text: string, socket: TLSSocket): string {
    let end = 0
    for (const match of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
      const status = match[1] ?? ''
      this.#answered[status] = (this.#answered[status] ?? 0) + 1
      this.#free.push(socket)
      end = match.index + match[0].length
    }
    return text.slice(Math.max(end, text.length - 12))
  }

  halt(): void {
    clearInterval(this.#timer)
    for (const socket of this.#sockets.splice(0)) socket.destroy()
  }

  counts(): AttackCounts {
    return { offered: this.#offered, sent: this.#sent, answered: { ...this.#answered } }
  }
}
