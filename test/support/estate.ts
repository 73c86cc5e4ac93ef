import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { developmentPki } from '../../src/app/keys.ts'
import { loadRules } from '../../src/app/rules.ts'
import { type EdnoClient, ednoClient } from '../../src/client/send.ts'
import { type Verdict, verifyExchange } from '../../src/client/verify-exchange.ts'
import {
  applicationOf,
  type PartyKeys,
  partyKeys,
  scenarioNamed,
  scenariosOf,
  signedBytes,
} from '../../src/cli/compose.ts'
import type { Scenario } from '../../src/cli/demo/scenarios.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Receipt } from '../../src/exchange-log/receipt.ts'
import type { DevelopmentPki } from '../../src/pki/development-pki.ts'
import { type AskedQuestion, type Simulator, startSimulator } from '../../src/simulator/start-simulator.ts'
import { launch } from '../../src/store/embedded/launch.ts'
import { placesBelow } from '../../src/store/embedded/places.ts'
import { readPostmasterFile } from '../../src/store/embedded/postmaster.ts'
import { openFolder } from './database.ts'
import { copyAdapters, copyGrants, copyParties, copyServices, type OperationLimits } from './estate-files.ts'
import { ROOT, type Started, startEdno, type Variables } from './processes.ts'

export interface EstateOptions {
  /** Service id → deadline instead of the shipped one, for exchanges that must outlive a restart. */
  readonly deadlinesMs?: Readonly<Record<string, number>>
  /** Service id, of those with another deadline → how much later its answer may come. */
  readonly defersMs?: Readonly<Record<string, number>>
  /** `registry/operation@version` → what its manifest says instead of the shipped limits. */
  readonly operations?: Readonly<Record<string, OperationLimits>>
  /** Parties that may ask what Троян may ask by the files. */
  readonly alsoGranted?: readonly string[]
  /** Party → YAML that its file has besides. */
  readonly partyMembers?: Readonly<Record<string, string>>
  /** Registry → its address as edno is told it, instead of the simulator's own. */
  readonly addressOf?: (registry: string, url: string) => string | Promise<string>
  /** RegiX answers are signed, and edno is told who signs them; absent: neither. */
  readonly answersSignedBy?: (
    pki: DevelopmentPki,
    registry: string,
  ) => { readonly answerCertificatesFile: string; readonly answersBySha1?: true }
  /** An external database; absent: edno runs its own below the estate's folder. */
  readonly databaseUrl?: string
  /** Settings over the shipped ones. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly onAsked?: (asked: AskedQuestion) => void
}

export interface Serving extends Started {
  readonly url: string
}

export interface Signed {
  readonly bytes: Uint8Array
  readonly exchangeId: string
  readonly party: string
}

/**
 * A data folder with keys, and simulated registries in this process that survive whatever happens to the edno that serves
 * on it. `close()` ends every process and removes the folder.
 */
export class Estate {
  readonly folder: string
  readonly simulator: Simulator
  readonly config: Config
  readonly #pki: DevelopmentPki
  readonly #databaseUrl: string | undefined
  readonly #serving: Started[] = []
  readonly #clients: EdnoClient[] = []

  private constructor(
    parts: Pick<Estate, 'folder' | 'simulator' | 'config'> & { pki: DevelopmentPki; databaseUrl: string | undefined },
  ) {
    this.folder = parts.folder
    this.#databaseUrl = parts.databaseUrl
    this.simulator = parts.simulator
    this.config = parts.config
    this.#pki = parts.pki
  }

  static async make(options: EstateOptions = {}): Promise<Estate> {
    const { deadlinesMs = {}, addressOf, onAsked, databaseUrl } = options
    const folder = await openFolder()
    const config = loadConfig({ root: ROOT, environment: { EDNO_DATA_DIR: folder } })
    const { governance, catalogue } = await loadRules(config)
    const pki = await developmentPki(config, [...governance.parties.values()], new Date())
    const text = (file: string): string => readFileSync(file, 'utf8')
    const { certificateFile, keyFile } = pki.registries
    const simulator = await startSimulator({
      adaptersFolder: config.adaptersFolder,
      castFile: join(ROOT, 'config', 'demo', 'cast.yaml'),
      tls: { key: text(keyFile), certificate: text(certificateFile), ca: text(pki.caFile) },
      ...(options.answersSignedBy === undefined
        ? {}
        : { seal: { key: text(pki.registrySeal.keyFile), certificate: text(pki.registrySeal.certificateFile) } }),
      ...(onAsked === undefined ? {} : { onAsked }),
    })
    const endpoint = async (id: string): Promise<[string, object]> => {
      const url = simulator.url(id)
      const trusted = options.answersSignedBy?.(pki, id)
      return [id, { url: (await addressOf?.(id, url)) ?? url, caFile: pki.caFile, ...pki.broker.client, ...trusted }]
    }
    const registries = Object.fromEntries(await Promise.all([...catalogue.adapters.keys()].map(endpoint)))
    const { alsoGranted, partyMembers, operations, settings } = options
    const governed = {
      servicesFolder: copyServices(folder, deadlinesMs, options.defersMs),
      ...(alsoGranted === undefined ? {} : { grantsFolder: copyGrants(folder, alsoGranted) }),
      ...(partyMembers === undefined ? {} : { partiesFolder: copyParties(folder, partyMembers) }),
    }
    const adapters = operations === undefined ? {} : { adaptersFolder: copyAdapters(folder, operations) }
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ registries, governance: governed, ...adapters, ...settings }),
    )
    return new Estate({ folder, simulator, config, pki, databaseUrl })
  }

  /** What makes any command of edno work on this estate. */
  get variables(): Variables {
    return {
      EDNO_DATA_DIR: this.folder,
      EDNO_CONFIG: join(this.folder, 'config.json'),
      EDNO_HTTP_PORT: '0',
      ...(this.#databaseUrl === undefined ? {} : { DATABASE_URL: this.#databaseUrl }),
    }
  }

  /** `edno serve`, or another long-lived command, that has only just been started. */
  begin(more: Variables = {}, args: readonly string[] = ['serve']): Started {
    const started = startEdno(args, { ...this.variables, ...more })
    this.#serving.push(started)
    return started
  }

  /** `edno serve` on a free port; resolves when it listens. */
  async serve(more: Variables = {}): Promise<Serving> {
    const started = this.begin(more)
    await started.said('edno listens on')
    const url = /https:\/\/[\d.:]+/.exec(started.stdout())?.[0] ?? ''
    return { ...started, url }
  }

  keysOf(party: string): PartyKeys {
    return partyKeys(this.#pki, party)
  }

  get logKey(): string {
    return readFileSync(join(this.folder, 'log.vkey'), 'utf8').trim()
  }

  get payloadKeyFile(): string {
    return this.#pki.broker.payloadKeyFile
  }

  scenario(name: string): Scenario {
    return scenarioNamed(scenariosOf(this.config), name)
  }

  /** A fresh signed application of a scenario; `values` such as `vehicle.plate=…`. */
  sign(name: string, ...values: string[]): Signed {
    return this.signAs(this.scenario(name).party, name, ...values)
  }

  /** The same of another party. */
  signAs(party: string, name: string, ...values: string[]): Signed {
    const scenario = { ...this.scenario(name), party }
    const application = applicationOf(scenario, values, new Date())
    const bytes = signedBytes(application, this.keysOf(scenario.party).seal, scenario.tamper)
    return { bytes, exchangeId: application.exchangeId, party: scenario.party }
  }

  client(url: string | readonly string[], party = 'troyan'): EdnoClient {
    const keys = this.keysOf(party)
    const client = ednoClient({ url, ca: keys.ca, ...keys.tls })
    this.#clients.push(client)
    return client
  }

  verify(signed: Signed, answer: Uint8Array, receipt: Receipt | undefined): Verdict {
    const keys = this.keysOf(signed.party)
    return verifyExchange({
      answer,
      application: signed.bytes,
      brokerCertificate: keys.brokerCertificate,
      consumerCertificate: keys.seal.certificate,
      logKey: this.logKey,
      ...(receipt === undefined ? {} : { receipt }),
    })
  }

  /** Questions that reached registries so far. */
  get questions(): number {
    return [...this.simulator.calls.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Address of the external database, or of the embedded one that runs on this folder, whoever started it. */
  async databaseUrl(): Promise<string> {
    if (this.#databaseUrl !== undefined) return this.#databaseUrl
    const places = placesBelow(join(this.folder, 'database'))
    const file = await readPostmasterFile(places.cluster)
    return `postgres://edno:${readFileSync(places.password, 'utf8')}@127.0.0.1:${file?.port ?? 0}/edno`
  }

  async ask<Row extends object>(question: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: await this.databaseUrl() })
    await client.connect()
    try {
      return (await client.query<Row>(question, [...values])).rows
    } finally {
      await client.end()
    }
  }

  /** Process number of the database's server; undefined where none runs on this folder. */
  postmaster(below = this.folder): Promise<number | undefined> {
    return readPostmasterFile(placesBelow(join(below, 'database')).cluster).then((file) => file?.pid)
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close()
    for (const started of this.#serving) started.kill('SIGKILL')
    await Promise.all(this.#serving.map((started) => started.ended))
    await this.simulator.close()
    for (const folder of [this.folder, join(this.folder, 'demo')]) await stopDatabase(folder)
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Stops the database that a killed process left behind. */
async function stopDatabase(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'database', 'cluster', 'postmaster.pid'))) return
  const server = await launch({ dataDirectory: folder, onNotice: () => undefined })
  await server.stop()
}

const FIRST_LOOK_MS = 20
/** Of a machine that is slow, and busy with something else. */
const PATIENCE_MS = 60_000
/** Each look may be a connection of its own, and edno's door turns away who knocks too often. */
const LATER_LOOKS_MS = 150

/** Looks until it is so, often at first, then a few times a second; fails after `withinMs`. */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const end = Date.now() + withinMs
  for (let pause = FIRST_LOOK_MS; !(await isSo()); pause = Math.min(pause * 1.2, LATER_LOOKS_MS)) {
    if (Date.now() > end) throw new Error(`it did not come to this: ${what}`)
    await wait(pause)
  }
}

/** True while a process of this number runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' || (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? isThere(pid)
      : false
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
