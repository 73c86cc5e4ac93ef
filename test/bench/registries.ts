import { Agent, createServer, request as askHttps } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { built } from './built.ts'
import { type Tls, tlsOf } from './keys.ts'
import type { BenchServer, BenchSetting } from './process.ts'

interface Stored {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

/**
 * The simulated registries, made cheap: what they answer to a question is worked out once and then said again from memory,
 * byte for byte, so that the time of the stand-ins does not cover that of the servers measured against them.
 */
export async function startRegistries({ dataDirectory }: BenchSetting): Promise<BenchServer> {
  const { startSimulator } = await built<typeof import('../../src/simulator/start-simulator.ts')>(
    'src/simulator/start-simulator.js',
  )
  const { findRoot } = await built<typeof import('../../src/config/root.ts')>('src/config/root.js')
  const root = findRoot()
  const server = tlsOf(dataDirectory, 'registries/tls')
  const simulator = await startSimulator({
    adaptersFolder: join(root, 'adapters'),
    castFile: join(root, 'config', 'demo', 'cast.yaml'),
    tls: { key: server.key, certificate: server.cert, ca: server.ca },
  })
  const origin = new URL(simulator.url('')).origin
  const front = await startFront(server, askOnce(origin, tlsOf(dataDirectory, 'broker/client')))
  return {
    url: front.url,
    close: async () => {
      await front.close()
      await simulator.close()
    },
  }
}

type Answer = (path: string, headers: IncomingMessage['headers'], body: Buffer) => Promise<Stored>

function askOnce(origin: string, tls: Tls): Answer {
  const agent = new Agent(tls)
  const known = new Map<string, Promise<Stored>>()
  return (path, headers, body) => {
    const question = `${path} ${essenceOf(body.toString())}`
    const stored = known.get(question) ?? ask(new URL(path, origin), agent, headers, body)
    known.set(question, stored)
    return stored
  }
}

/** A RegiX question without its call context, which differs in each exchange and changes nothing in the answer. */
function essenceOf(text: string): string {
  const [from, to] = [text.indexOf('<Operation>'), text.indexOf('</Argument>')]
  if (from < 0 || to < 0) return text
  const wanted = /<(?:SignResult|ReturnAccessMatrix)>(?:true|1)</g
  return [text.slice(from, to), ...(text.slice(to).match(wanted) ?? [])].join(' ')
}

const ask = (url: URL, agent: Agent, headers: IncomingMessage['headers'], body: Buffer): Promise<Stored> =>
  new Promise((resolve, reject) => {
    const { 'content-type': type = '', soapaction = '' } = headers
    const sent = { 'content-type': type, soapaction, 'content-length': body.length }
    const asked = askHttps(url, { method: 'POST', agent, headers: sent }, (response) => {
      void read(response).then((answer) => {
        resolve({
          status: response.statusCode ?? 500,
          contentType: response.headers['content-type'] ?? '',
          body: answer,
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })

/** `GET /delay/100` there: from now on every answer takes 100 ms longer. */
export const DELAY_PATH = '/delay/'

async function startFront(tls: Tls, answer: Answer): Promise<BenchServer> {
  let delayMs = 0
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    const { url = '', headers } = request
    if (url.startsWith(DELAY_PATH)) {
      delayMs = Number(url.slice(DELAY_PATH.length))
      response.end()
      return
    }
    void read(request)
      .then(async (body) => {
        const [answered] = await Promise.all([answer(url, headers, body), delayMs > 0 && wait(delayMs)])
        return answered
      })
      .then(({ status, contentType, body }) => {
        response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length })
        response.end(body)
      })
  })
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
