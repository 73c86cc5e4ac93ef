import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { App } from '../../app/create-app.ts'
import { developmentPki } from '../../app/keys.ts'
import { loadRules } from '../../app/rules.ts'
import type { EdnoClient, Reply } from '../../client/send.ts'
import { type Callback, type ReceivedCallback, verifyCallback } from '../../client/verify-callback.ts'
import type { Config } from '../../config/config.ts'
import { systemClock } from '../../ops/clock.ts'
import { readTrustDocument } from '../../signature/trust-document.ts'
import type { Output } from '../output.ts'
import type { Scenario } from './scenarios.ts'
import { fill, WORDS } from './words.ts'

/** A consumer's receiver of callbacks, in the demonstration's own process. */
export interface DemoReceiver {
  readonly port: number
  readonly received: readonly Pick<ReceivedCallback, 'headers' | 'body'>[]
  readonly close: () => void
}

/** On loopback, with a certificate of the development PKI. */
export async function openReceiver(config: Config): Promise<DemoReceiver> {
  const { governance } = await loadRules(config)
  const { registries } = await developmentPki(config, [...governance.parties.values()], systemClock())
  const received: Pick<ReceivedCallback, 'headers' | 'body'>[] = []
  const server = createServer(
    { cert: readFileSync(registries.certificateFile), key: readFileSync(registries.keyFile) },
    (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
        response.writeHead(204).end()
      })
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { port: portOf(server), received, close }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** The shipped rules, but that this service may answer later and its consumer wants to be told. */
export function laterSettings(config: Config, { service, party }: Scenario, port: number): Config {
  const { servicesFolder, partiesFolder } = config.governance
  const folders = {
    servicesFolder: copyOf(config, servicesFolder, 'services'),
    partiesFolder: copyOf(config, partiesFolder, 'parties'),
  }
  change(join(folders.servicesFolder, `${service.id}.yaml`), (text) =>
    text.replace(/^deadlineMs: .*$/m, 'deadlineMs: 4000\ndeferMs: 60000'),
  )
  change(
    join(folders.partiesFolder, `${party}.yaml`),
    (text) => `${text}callbacks: { url: "https://localhost:${port}/callbacks" }\n`,
  )
  return { ...config, governance: { ...config.governance, ...folders } }
}

function copyOf({ dataDirectory }: Config, folder: string, name: string): string {
  const copy = join(dataDirectory, name)
  rmSync(copy, { recursive: true, force: true })
  cpSync(folder, copy, { recursive: true })
  return copy
}

const change = (file: string, edit: (text: string) => string): void =>
  writeFileSync(file, edit(readFileSync(file, 'utf8')))

/** What came later, and what did not come as it should. */
export interface CameLater {
  readonly reply: Reply
  readonly differences: readonly string[]
}

const LINE_SECONDS = 60

/** 202 while the registry hangs, then the queue, the late answer, and the callback that tells of it. */
export async function sendLater(
  { app, client, receiver }: { readonly app: App; readonly client: EdnoClient; readonly receiver: DemoReceiver },
  { application, registry }: { readonly application: Uint8Array; readonly registry: string },
  out: Output | undefined,
): Promise<CameLater> {
  const say = (text: string): void => out?.line(`  ${text}`)
  app.simulator?.setFault(registry, { kind: 'hang' })
  const first = await client.sendFor(application)
  app.simulator?.setFault(registry, undefined)
  if (first.kind !== 'later') return { reply: first, differences: ['it was answered on the line'] }
  if (out !== undefined) say(fill(out.text(WORDS.deferred), first.outerEnd))
  let reply: Reply | typeof first = first
  while (reply.kind === 'later') reply = await client.answerOf(first.exchangeId, LINE_SECONDS)
  const callback = await callbackAbout(first.exchangeId, client, receiver)
  if (out !== undefined) say(out.text(callback === undefined ? WORDS.noCallback : WORDS.callback))
  return { reply, differences: callback === undefined ? ['no callback came that verifies'] : [] }
}

const PATIENCE_MS = 15_000

async function callbackAbout(
  exchangeId: string,
  client: EdnoClient,
  { received }: DemoReceiver,
): Promise<Callback | undefined> {
  const trust = await readTrustDocument(await client.trust())
  const keys = trust?.callbacks?.keys ?? []
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const told = received.map((each) => verifyCallback({ ...each, keys, now: systemClock() }))
    const found = told.find((each) => each?.exchangeId === exchangeId && each.type === 'exchange.answered')
    if (found !== undefined) return found
    await pause(50)
  }
  return undefined
}
