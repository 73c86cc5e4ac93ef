import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { developmentPki } from '../../src/app/keys.ts'
import { loadRules } from '../../src/app/rules.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { launch } from '../../src/store/embedded/launch.ts'
import { type BenchProcess, type BenchSetting, type Role, startProcess } from './process.ts'
import { databaseServer, treeCpuMs } from './processor-time.ts'

type Closing = () => Promise<void> | void

/** A folder with keys, a database server with several databases, registries: what several ednos stand on in one run. */
export class Grounds {
  readonly folder: string
  readonly #serverUrl: string
  readonly #closing: Closing[]
  #registries: BenchProcess | undefined

  private constructor(folder: string, serverUrl: string, closing: Closing[]) {
    this.folder = folder
    this.#serverUrl = serverUrl
    this.#closing = closing
  }

  /** Runs on fresh ground; everything that was begun on it ends with it. */
  static async during<Result>(run: (grounds: Grounds) => Promise<Result>): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
    // The database's own user reaches its part of it.
    chmodSync(folder, 0o755)
    const closing: Closing[] = [() => rmSync(folder, { recursive: true, force: true })]
    const end = async (): Promise<void> => {
      for (const close of closing.splice(0).reverse()) await close()
    }
    // The database's server is no child of ours and would stay.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void end().then(() => process.exit(1)))
    try {
      const config = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: folder } })
      const { governance } = await loadRules(config)
      await developmentPki(config, [...governance.parties.values()], new Date())
      const server = await launch({ dataDirectory: folder, onNotice: () => undefined })
      closing.push(() => server.stop())
      const grounds = new Grounds(folder, server.databaseUrl, closing)
      grounds.#registries = await grounds.start('registries', {})
      return await run(grounds)
    } finally {
      await end()
    }
  }

  /** Ends with the ground, before what was begun earlier. */
  onClose(close: Closing): void {
    this.#closing.push(close)
  }

  get registries(): BenchProcess {
    if (this.#registries === undefined) throw new Error('the registries of the bench do not run yet')
    return this.#registries
  }

  async start(role: Role, setting: Omit<BenchSetting, 'dataDirectory'>): Promise<BenchProcess> {
    const registries = this.#registries?.url
    const all = { dataDirectory: this.folder, ...(registries === undefined ? {} : { registries }), ...setting }
    const started = await startProcess(role, all, [])
    this.#closing.push(() => started.close())
    return started
  }

  /** A new, empty database on the one server. */
  async database(name: string): Promise<string> {
    const url = new URL(this.#serverUrl)
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    try {
      await client.query(`create database ${name} template template0`)
    } finally {
      await client.end()
    }
    url.pathname = `/${name}`
    return url.href
  }

  /** Of the server, with all its databases: one contestant runs at a time. */
  readonly databaseCpuMs = (): number | undefined => treeCpuMs((this.#server ??= databaseServer(this.folder)))
  #server: number | undefined
}
