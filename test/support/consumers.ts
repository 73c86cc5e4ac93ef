import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { EdnoClient, Later, Reply } from '../../src/client/send.ts'
import { exchangeId as asId } from '../../src/model/ids.ts'
import type { Estate, Signed } from './estate.ts'

/** An application that was sent until its answer came. */
export interface Delivered {
  readonly signed: Signed
  readonly status: number
  /** SHA-256 of the answer's bytes. */
  readonly answer: string
  /** Of the try that brought it. */
  readonly elapsedMs: number
  /** From the first try on. */
  readonly totalMs: number
  readonly tries: number
}

export interface ConsumersOptions {
  readonly estate: Estate
  /** One, or all that edno listens on. */
  readonly url: string | readonly string[]
  /** Each is one consumer, with a connection of its own. */
  readonly parties: readonly string[]
  readonly scenarios?: readonly string[]
  /** Between an answer and the next application, on average: municipalities do not march in step. */
  readonly pauseMs?: number
  /** They do not wait on the line: 202 is enough for them, and they ask for the answer until it is there. */
  readonly later?: boolean
}

const AGAIN_AFTER_MS = 100
/** Longer than any restart, any deadline and any sweep. */
const PATIENCE_MS = 120_000

/** Of one look for an answer that comes later. */
const LINE_SECONDS = 20

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Municipalities that do as they are advised: each sends one application after the other, and the same bytes again until
 * they have their answer.
 */
export class Consumers {
  readonly delivered: Delivered[] = []
  /** Problem code → how often it came instead of an answer. */
  readonly problems = new Map<string, number>()
  /** Problems that do not say `retry: later`, or are none of edno's own. */
  readonly unexpected: string[] = []
  /** Exchanges that were answered 202. */
  readonly acknowledged = new Set<string>()
  /** Of those, the ones of which a later question met no edno. */
  readonly interrupted = new Set<string>()
  /** Tries that ended without any reply: the connection broke, or was refused. */
  broken = 0
  readonly #options: ConsumersOptions
  readonly #clients: readonly EdnoClient[]
  #stopping = false
  #running: Promise<unknown> = Promise.resolve()

  constructor(options: ConsumersOptions) {
    this.#options = options
    this.#clients = options.parties.map((party) => options.estate.client(options.url, party))
  }

  start(): void {
    const { parties } = this.#options
    this.#running = Promise.all(parties.map((party, place) => this.#live(party, this.#clients[place]!)))
    // Told by stop().
    this.#running.catch(() => undefined)
  }

  /** Resolves when each has the answer to its last application. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#running
  }

  /** Sends everything once more. @returns what got other bytes than the first time, or none. */
  async repeatAll(): Promise<Delivered[]> {
    const { parties } = this.#options
    const different = parties.map(async (party, place) => {
      const wrong: Delivered[] = []
      for (const delivered of this.delivered.filter(({ signed }) => signed.party === party)) {
        const reply = await this.#clients[place]!.send(delivered.signed.bytes)
        if (reply.kind !== 'answer' || digestOf(reply.bytes) !== delivered.answer) wrong.push(delivered)
      }
      return wrong
    })
    return (await Promise.all(different)).flat()
  }

  async #live(party: string, client: EdnoClient): Promise<void> {
    const { estate, scenarios = ['taxi'], pauseMs = 0 } = this.#options
    for (let count = 0; !this.#stopping; count += 1) {
      const signed = estate.signAs(party, scenarios[count % scenarios.length]!)
      this.delivered.push(await this.#deliver(client, signed))
      await wait(pauseMs * (0.5 + Math.random()))
    }
  }

  async #deliver(client: EdnoClient, signed: Signed): Promise<Delivered> {
    const begun = performance.now()
    for (let tries = 1; performance.now() - begun < PATIENCE_MS; tries += 1) {
      const at = performance.now()
      const reply = await this.#ask(client, signed).catch(() => undefined)
      const now = performance.now()
      if (reply?.kind === 'answer') {
        const times = { elapsedMs: now - at, totalMs: now - begun, tries }
        return { signed, status: reply.status, answer: digestOf(reply.bytes), ...times }
      }
      if (reply?.kind === 'later') this.acknowledged.add(signed.exchangeId)
      else this.#note(reply, signed)
      await wait(AGAIN_AFTER_MS)
    }
    throw new Error(`${signed.exchangeId} had no answer within ${PATIENCE_MS / 1000} s`)
  }

  /** What was acknowledged is never sent again: it is asked for. */
  #ask(client: EdnoClient, { bytes, exchangeId }: Signed): Promise<Reply | Later> {
    if (this.#options.later !== true) return client.send(bytes)
    return this.acknowledged.has(exchangeId)
      ? client.answerOf(asId(exchangeId), LINE_SECONDS)
      : client.sendFor(bytes, 0)
  }

  #note(reply: Exclude<Reply, { readonly kind: 'answer' }> | undefined, { exchangeId }: Signed): void {
    if (reply === undefined) {
      this.broken += 1
      if (this.acknowledged.has(exchangeId)) this.interrupted.add(exchangeId)
      return
    }
    const { code, retry } = reply.problem
    this.problems.set(code, (this.problems.get(code) ?? 0) + 1)
    if (!code.startsWith('broker.') || retry !== 'later') this.unexpected.push(`${code}, retry ${retry}`)
  }

  /** For the line that tells the counts. */
  get told(): Readonly<Record<string, string | number>> {
    const problems = [...this.problems].map(([code, count]) => `${count} × ${code}`).join(' + ')
    return {
      answers: this.delivered.length,
      'broken connections': this.broken,
      problems: problems === '' ? 'none' : problems,
      'longest wait': `${Math.round(Math.max(0, ...this.delivered.map(({ totalMs }) => totalMs)))} ms`,
    }
  }
}
