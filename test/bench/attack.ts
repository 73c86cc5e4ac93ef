import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { BadKind } from './bad-kinds.ts'

/** Bad requests so far, by kind and what became of them: a status, `reset` before the handshake, `cut` after it. */
export interface AttackCounts {
  /** Due so far; each was sent, or knocked at the door with a connection of its own. */
  readonly offered: number
  /** For how long they came. */
  readonly seconds: number
  /** Due, but so many were waiting for the door already that this one was not even tried. */
  readonly waiting: number
  readonly became: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const PER_SECOND = 2000
const TICK_MS = 5
const MAX_OPEN = 3000
/** Whom the door refuses is refused by then; a handshake that would be thrown away is not made, the door's core is shared. */
const HANDSHAKE_AFTER_MS = 50

/** One connection; a request of its kind is on the way from the moment it is opened until its answer begins. */
class Connection {
  readonly #kind: BadKind
  readonly #told: (what: string) => void
  readonly #plain: Socket
  #secure: TLSSocket | undefined
  #waits = true

  constructor(kind: BadKind, to: { port: number; host: string; localAddress: string }, told: (what: string) => void) {
    this.#kind = kind
    this.#told = told
    this.#plain = connectPlain(to)
    const greet = setTimeout(() => this.#greet(), HANDSHAKE_AFTER_MS)
    this.#plain.on('error', () => undefined)
    this.#plain.once('close', () => {
      clearTimeout(greet)
      if (this.#waits) told(this.#secure === undefined ? 'reset' : 'cut')
      told(ENDED)
    })
  }

  #greet(): void {
    const socket = connectTls({ socket: this.#plain, ...this.#kind.tls }, () => socket.write(this.#kind.request))
    this.#secure = socket
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('close', () => this.#plain.destroy())
    socket.on('data', (text: string) => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]
      if (status === undefined) return
      this.#waits = false
      this.#told(status)
      if (!/^connection: close/im.test(text)) this.#told(FREE)
    })
  }

  send(): void {
    this.#waits = true
    this.#secure?.write(this.#kind.request)
  }

  end(): void {
    this.#waits = false
    this.#plain.destroy()
  }
}

const FREE = 'free'
const ENDED = 'ended'

interface Line {
  readonly kind: BadKind
  /** Connections that stand and wait for nothing. */
  readonly free: Set<Connection>
  readonly became: Record<string, number>
  turns: number
}

/**
 * Bad requests, each when it is due: over a kept connection where one of its kind is free, else over a new one. Nothing
 * waits for the answer to another.
 */
export class Attack {
  readonly #lines: readonly Line[]
  readonly #open = new Set<Connection>()
  readonly #target: URL
  #offered = 0
  #waiting = 0
  #seconds = 0
  #timer: NodeJS.Timeout | undefined

  constructor(kinds: readonly BadKind[], target: URL) {
    this.#target = target
    this.#lines = kinds.map((kind) => ({ kind, free: new Set(), became: {}, turns: 0 }))
  }

  go(): void {
    let last = performance.now()
    let due = 0
    this.#timer = setInterval(() => {
      const now = performance.now()
      const seconds = (now - last) / 1000
      this.#seconds += seconds
      due += seconds * PER_SECOND
      last = now
      for (; due >= 1; due -= 1) this.#offer()
    }, TICK_MS)
  }

  #offer(): void {
    const line = this.#lines[this.#offered % this.#lines.length]
    this.#offered += 1
    if (line === undefined) return
    const [free] = line.free
    if (free !== undefined) {
      line.free.delete(free)
      free.send()
    } else if (this.#open.size < MAX_OPEN) this.#knock(line)
    else this.#waiting += 1
  }

  #knock(line: Line): void {
    const { kind } = line
    line.turns += 1
    const localAddress = kind.addresses[line.turns % kind.addresses.length] ?? '127.0.0.1'
    const to = { host: this.#target.hostname, port: Number(this.#target.port), localAddress }
    const connection = new Connection(kind, to, (what) => {
      if (what === FREE) line.free.add(connection)
      else if (what === ENDED) {
        line.free.delete(connection)
        this.#open.delete(connection)
      } else line.became[what] = (line.became[what] ?? 0) + 1
    })
    this.#open.add(connection)
  }

  halt(): void {
    clearInterval(this.#timer)
    for (const connection of this.#open) connection.end()
  }

  counts(): AttackCounts {
    return {
      offered: this.#offered,
      seconds: this.#seconds,
      waiting: this.#waiting,
      became: Object.fromEntries(this.#lines.map(({ kind, became }) => [kind.name, { ...became }])),
    }
  }
}
