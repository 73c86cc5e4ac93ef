import { readFileSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type EmbeddedServer, launch } from '../../src/store/embedded/launch.ts'
import { placesBelow } from '../../src/store/embedded/places.ts'
import { readPostmasterFile } from '../../src/store/embedded/postmaster.ts'
import { openFolder } from './database.ts'
import { isRunning, until } from './estate.ts'

/** A PostgreSQL that belongs to a test, for edno an external one: the test kills it, restarts it and stops it. */
export class OwnDatabase {
  readonly folder: string
  readonly #removeFolder: boolean
  #server: EmbeddedServer

  private constructor(folder: string, server: EmbeddedServer, removeFolder: boolean) {
    this.folder = folder
    this.#server = server
    this.#removeFolder = removeFolder
  }

  /** On a folder of its own, or on one that stays the caller's. */
  static async start(below?: string): Promise<OwnDatabase> {
    const folder = below ?? (await openFolder())
    const database = new OwnDatabase(folder, await launchIn(folder), below === undefined)
    alive.add(database)
    return database
  }

  /** For `DATABASE_URL`; the same after every restart. */
  get url(): string {
    return this.#server.databaseUrl
  }

  async postmaster(): Promise<number | undefined> {
    return (await readPostmasterFile(placesBelow(join(this.folder, 'database')).cluster))?.pid
  }

  /** Dead at once: what was not on disk is gone. */
  async kill(): Promise<void> {
    const pid = await this.postmaster()
    if (pid === undefined) return
    process.kill(pid, 'SIGKILL')
    await until('the database is dead', () => !isRunning(pid))
  }

  async restart(): Promise<void> {
    const { url } = this
    this.#server = await launchIn(this.folder)
    if (this.url !== url) throw new Error('the database came back at another address')
  }

  async ask<Row extends object>(question: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url })
    await client.connect()
    try {
      return (await client.query<Row>(question, [...values])).rows
    } finally {
      await client.end()
    }
  }

  async stop(): Promise<void> {
    // The one that was launched last is ours, whoever was killed in between.
    await this.#server.stop()
    alive.delete(this)
    if (this.#removeFolder) await rm(this.folder, { recursive: true, force: true })
  }
}

/** Where mocha is interrupted before its hooks run: a server is no child of ours and would stay. */
const alive = new Set<OwnDatabase>()
process.once('exit', () => {
  for (const { folder } of alive) {
    try {
      const [pid] = readFileSync(join(placesBelow(join(folder, 'database')).cluster, 'postmaster.pid'), 'utf8').split(
        '\n',
      )
      process.kill(Number(pid), 'SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // It has stopped by itself.
    }
  }
})

const launchIn = (folder: string): Promise<EmbeddedServer> =>
  launch({ dataDirectory: folder, onNotice: () => undefined })
