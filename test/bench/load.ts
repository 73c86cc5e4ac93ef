import { Agent, request } from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import type { Tls } from './keys.ts'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One server under load, and what it is sent. */
export interface Target {
  readonly url: string
  readonly contentType: string
  readonly tls: Tls
  /** The next body; made before the clock runs. */
  readonly next: () => Uint8Array
  /** Throws where the answer is not the whole one: a refusal is quick and would be counted as a success. */
  readonly judge: (answered: Answered) => void
}

export interface Loaded {
  readonly elapsedMs: number
  /** Of each exchange, from the first byte sent to the last one received. */
  readonly latenciesMs: readonly number[]
  /** What making the load took of this process, without what was made before the clock ran. */
  readonly cpuMs: number
}

export interface Load {
  /** Opens new connections, as many as exchanges at a time: servers end those that were idle for some seconds. */
  readonly connect: (concurrency: number) => Promise<void>
  /** Runs `count` exchanges, `concurrency` at a time, over connections that are kept. */
  readonly run: (count: number, concurrency: number) => Promise<Loaded>
  readonly close: () => void
}

export function loadOn(target: Target): Load {
  const connections = (): Agent => new Agent({ ...target.tls, keepAlive: true })
  let agent = connections()
  const one = async (body: Uint8Array): Promise<number> => {
    const started = performance.now()
    const answered = await send(target, agent, body)
    const elapsed = performance.now() - started
    target.judge(answered)
    return elapsed
  }
  return {
    connect: async (concurrency) => {
      agent.destroy()
      agent = connections()
      await Promise.all(Array.from({ length: concurrency }, () => one(target.next())))
    },
    run: async (count, concurrency) => {
      const bodies = Array.from({ length: count }, () => target.next())
      const latenciesMs: number[] = []
      const worker = async (): Promise<void> => {
        for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) latenciesMs.push(await one(body))
      }
      const cpu = process.cpuUsage()
      const started = performance.now()
      await Promise.all(Array.from({ length: concurrency }, worker))
      const elapsedMs = performance.now() - started
      const { user, system } = process.cpuUsage(cpu)
      return { elapsedMs, latenciesMs, cpuMs: (user + system) / 1000 }
    },
    close: () => agent.destroy(),
  }
}

const send = (
  { url, contentType }: Pick<Target, 'url' | 'contentType'>,
  agent: Agent,
  body: Uint8Array,
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const headers = { 'Content-Type': contentType, 'Content-Length': body.length }
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    // A server may end an idle connection in the very moment in which it is used again: nothing was read of that.
    asked.on('error', (error) => {
      if (asked.reusedSocket) resolve(send({ url, contentType }, agent, body))
      else reject(error)
    })
    asked.end(body)
  })

/** The value below which `share` of all lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
