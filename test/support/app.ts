import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app/create-app.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { Secret } from '../../src/config/secret.ts'
import type { ExchangeObserver } from '../../src/exchange/ports.ts'
import { makeLogger } from '../../src/ops/logger.ts'
import { testDatabaseUrl } from './database.ts'

export interface TestApp {
  readonly app: App
  readonly config: Config
  /** Lines of the operational log. */
  readonly logged: string[]
  readonly close: () => Promise<void>
}

export interface TestAppOptions {
  readonly clock?: () => Date
  readonly observer?: ExchangeObserver
  readonly databaseUrl?: string
  /** Over the shipped settings of the door. */
  readonly http?: Partial<Config['http']>
  readonly dataDirectory?: string
  /** Authorities besides the development one. */
  readonly trustFolder?: string
  /** Over the shipped settings. */
  readonly settings?: Partial<
    Pick<
      Config,
      | 'adapters'
      | 'adaptersFolder'
      | 'answers'
      | 'callbacks'
      | 'dispatch'
      | 'log'
      | 'metrics'
      | 'queue'
      | 'redisUrl'
      | 'registries'
      | 'registryLimits'
      | 'timeStamps'
    >
  >
  /** Services instead of the shipped ones. */
  readonly servicesFolder?: string
  /** Parties instead of the shipped ones. */
  readonly partiesFolder?: string
  /** Grants instead of the shipped ones. */
  readonly grantsFolder?: string
  /** Party → PEM of the seal that is registered instead of its development one. */
  readonly partySeals?: Readonly<Record<string, string>>
  /** The same for certificates of connections. */
  readonly partyConnections?: Readonly<Record<string, string>>
  /** Party → what its file says of certificates, instead of the shipped text. */
  readonly partyCertificates?: Readonly<Record<string, string>>
  /** Party → members of its file besides the shipped ones. */
  readonly partyMembers?: Readonly<Record<string, string>>
}

/** A whole edno on a free port, with simulated registries, keys and a database of its own; close it yourself. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'edno-app-')))
  const base = loadConfig({ root: findRoot(), environment: {} })
  const databaseUrl = new Secret(options.databaseUrl ?? (await testDatabaseUrl()))
  const governance = {
    ...base.governance,
    ...(options.trustFolder === undefined ? {} : { trustFolder: options.trustFolder }),
    ...(options.servicesFolder === undefined ? {} : { servicesFolder: options.servicesFolder }),
    ...(options.grantsFolder === undefined ? {} : { grantsFolder: options.grantsFolder }),
    ...(options.partiesFolder === undefined ? {} : { partiesFolder: options.partiesFolder }),
    ...partiesFolderOf(base, dataDirectory, options),
  }
  const config: Config = {
    ...base,
    dataDirectory,
    databaseUrl,
    governance,
    http: { ...base.http, port: 0, ...options.http },
    ...options.settings,
  }
  const logged: string[] = []
  const app = await createApp({
    config,
    clock: options.clock ?? (() => new Date()),
    logger: makeLogger({ level: 'info', write: (line) => void logged.push(line) }),
    ...(options.observer === undefined ? {} : { observer: options.observer }),
  })
  const close = async (): Promise<void> => {
    await app.close()
    if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true })
  }
  return { app, config, logged, close }
}

/** The shipped parties, of whom some have certificates that were issued elsewhere. */
function partiesFolderOf(
  base: Config,
  dataDirectory: string,
  { partySeals = {}, partyConnections = {}, partyCertificates = {}, partyMembers = {} }: TestAppOptions,
): { readonly partiesFolder?: string } {
  const parties = new Set(
    [partySeals, partyConnections, partyCertificates, partyMembers].flatMap((each) => Object.keys(each)),
  )
  if (parties.size === 0) return {}
  const folder = join(dataDirectory, 'parties')
  cpSync(base.governance.partiesFolder, folder, { recursive: true })
  for (const party of parties) {
    const file = join(folder, `${party}.yaml`)
    let text = readFileSync(file, 'utf8')
    for (const [use, pem] of [
      ['seal', partySeals[party]],
      ['tls', partyConnections[party]],
    ] as const) {
      if (pem === undefined) continue
      writeFileSync(join(dataDirectory, `${party}-${use}.crt`), pem)
      text = text.replace(new RegExp(`${use}: \\[.*?\\]`), `${use}: [${party}-${use}.crt]`)
    }
    const certificates = partyCertificates[party]
    if (certificates !== undefined) text = text.replace(/^certificates:.*(\n +.*)*/m, `certificates: ${certificates}`)
    writeFileSync(file, partyMembers[party] === undefined ? text : `${text.trimEnd()}\n${partyMembers[party]}\n`)
  }
  return { partiesFolder: folder }
}
