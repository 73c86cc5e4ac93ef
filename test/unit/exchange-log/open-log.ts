import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExchangeLog, ExchangeLogOptions } from '../../../src/exchange-log/exchange-log.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { openFolder, testDatabaseUrl } from '../../support/database.ts'
import { aLog } from './exchanges.ts'

export interface OpenLog {
  readonly databaseUrl: string
  readonly folder: string
  readonly store: Store
  readonly log: ExchangeLog
  close(): Promise<void>
}

/** A log that runs, on a database and in a folder of its own; `close` it yourself. */
export async function openLog(change: Partial<ExchangeLogOptions> = {}): Promise<OpenLog> {
  const folder = await openFolder()
  const databaseUrl = await testDatabaseUrl()
  const store = await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: join(folder, 'payload.key') })
  const log = aLog(store, change)
  await log.start()
  const close = async (): Promise<void> => {
    await log.stop()
    await store.close()
    await rm(folder, { recursive: true })
  }
  return { databaseUrl, folder, store, log, close }
}
