import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import type { Config } from '../../src/config/config.ts'
import { keyOf } from '../../src/exchange-log/exchange-keys.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { Application } from '../../src/model/application.ts'
import { exchangeId, partyId } from '../../src/model/ids.ts'
import { findExchange } from '../../src/store/exchanges.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { supplementsOf } from '../../src/store/supplements.ts'
import { type TestApp, testApp } from './app.ts'
import { type Answered, call, keysOf } from './caller.ts'
import { testDatabaseUrl } from './database.ts'
import { deferringServices, type Times } from './deferring-services.ts'
import { edno as runEdno, type Ended, type Variables } from './processes.ts'

type Settings = Partial<Pick<Config, 'adaptersFolder' | 'dispatch' | 'queue' | 'redisUrl' | 'registries'>>

/** An edno whose answers may come later, and its rows; close it yourself. */
export class DeferringEdno {
  edno: TestApp
  readonly store: Store
  readonly databaseUrl: string
  readonly #folders: readonly string[]
  readonly #start: () => Promise<TestApp>

  private constructor(
    edno: TestApp,
    store: Store,
    { databaseUrl, folders, start }: { databaseUrl: string; folders: readonly string[]; start: () => Promise<TestApp> },
  ) {
    this.edno = edno
    this.#start = start
    this.store = store
    this.databaseUrl = databaseUrl
    this.#folders = folders
  }

  static async start(times: Readonly<Record<string, Times>>, settings: Settings = {}): Promise<DeferringEdno> {
    const databaseUrl = await testDatabaseUrl()
    const dataDirectory = await mkdtemp(join(tmpdir(), 'edno-deferral-'))
    const servicesFolder = await deferringServices(times)
    const start = () => testApp({ databaseUrl, dataDirectory, servicesFolder, settings })
    const edno = await start()
    const { payloadKeyFile } = edno.app.keys.files
    const store = await openStore({ databaseUrl, dataDirectory, payloadKeyFile })
    return new DeferringEdno(edno, store, { databaseUrl, folders: [servicesFolder, dataDirectory], start })
  }

  /** Another one on the same database. */
  async restart(): Promise<void> {
    await this.edno.close()
    this.edno = await this.#start()
  }

  heal(): void {
    for (const registry of this.edno.app.rules.catalogue.adapters.keys()) this.setFault(registry, undefined)
  }

  setFault(...fault: Parameters<NonNullable<TestApp['app']['simulator']>['setFault']>): void {
    this.edno.app.simulator?.setFault(...fault)
  }

  async ask<Row extends object>(query: string, ...values: readonly unknown[]): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl })
    await client.connect()
    try {
      return (await client.query<Row>(query, [...values])).rows
    } finally {
      await client.end()
    }
  }

  /** Of the log, without `asked`, of which there are as many as there were moments of asking. */
  async eventsOf(id: string): Promise<string[]> {
    const rows = await this.ask<{ event: string }>(
      `select event from log_entry join exchange on exchange.id = exchange where exchange_id = $1 and event <> 'asked' order by log_entry.id`,
      id,
    )
    return rows.map(({ event }) => event)
  }

  compose(scenario: string): Application {
    return applicationOf(scenarioNamed(scenariosOf(this.edno.config), scenario), [], new Date())
  }

  sign(application: Application): Uint8Array {
    return signedBytes(application, keysOf(this.edno, 'troyan').seal, false)
  }

  send(body: Uint8Array): Promise<Answered> {
    return call(this.edno, { body, tls: keysOf(this.edno, 'troyan').tls })
  }

  fetch(id: string): Promise<Answered> {
    return call(this.edno, { method: 'GET', path: `/v1/exchanges/${id}`, tls: keysOf(this.edno, 'troyan').tls })
  }

  /** Its answer, as soon as there is one. */
  async eventually(id: string, withinMs = 90_000): Promise<Answered> {
    for (const end = Date.now() + withinMs; Date.now() < end; ) {
      await pause(100)
      const got = await this.fetch(id)
      if (got.status !== 202) return got
    }
    throw new Error('it never ended')
  }

  async supplements(id: string) {
    const row = await findExchange(this.store.db, partyId('troyan'), exchangeId(id))
    const key = row && (await keyOf(this.store.cipher, row))
    assert.ok(row && key)
    return { row, key, found: await supplementsOf(this.store.db, row.id, key) }
  }

  /** `edno …` as its operator types it. */
  operator(...args: string[]): Promise<Ended> {
    return this.operatorWith({}, ...args)
  }

  operatorWith(variables: Variables, ...args: string[]): Promise<Ended> {
    const own = { DATABASE_URL: this.databaseUrl, EDNO_DATA_DIR: this.edno.config.dataDirectory }
    return runEdno(args, { ...own, ...variables })
  }

  async close(): Promise<void> {
    await this.store.close()
    await this.edno.close()
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true })
  }
}

/** `call outcome` of each part. */
export const outcomesIn = ({ body }: Answered): string[] =>
  readAnswer(body).parts.map(({ call: name, outcome }) => `${name} ${outcome}`)
