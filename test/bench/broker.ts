import { readdirSync } from 'node:fs'
import type { Config } from '../../src/config/config.ts'
import type { Logger } from '../../src/ops/logger.ts'
import { built } from './built.ts'
import { filesOf } from './keys.ts'
import type { BenchServer, BenchSetting } from './process.ts'

/** edno as `npm start` runs it: its embedded PostgreSQL, its development keys, log level `info` to nowhere. */
export async function startBroker(setting: BenchSetting): Promise<BenchServer> {
  const { createApp } = await built<typeof import('../../src/app/create-app.ts')>('src/app/create-app.js')
  const app = await createApp(await optionsOf(setting))
  return { url: `${app.url}/v1/exchanges`, close: () => app.close() }
}

/** What `edno worker` runs, for all registries. */
export async function startWorker(setting: BenchSetting): Promise<BenchServer> {
  const { createWorker } = await built<typeof import('../../src/app/create-worker.ts')>('src/app/create-worker.js')
  const worker = await createWorker(await optionsOf(setting), [])
  return { url: '', close: () => worker.close() }
}

interface Options {
  readonly config: Config
  readonly clock: () => Date
  readonly logger: Logger
}

async function optionsOf(setting: BenchSetting): Promise<Options> {
  const { loadConfig } = await built<typeof import('../../src/config/load-config.ts')>('src/config/load-config.js')
  const { findRoot } = await built<typeof import('../../src/config/root.ts')>('src/config/root.js')
  const { makeLogger } = await built<typeof import('../../src/ops/logger.ts')>('src/ops/logger.js')
  const { dataDirectory, databaseUrl, redisUrl, registries = '', inProcess = true, governance } = setting
  const environment = {
    EDNO_DATA_DIR: dataDirectory,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  }
  const config = loadConfig({ root: findRoot(), environment })
  const client = filesOf(dataDirectory, 'broker/client')
  const ids = readdirSync(config.adaptersFolder)
  return {
    config: {
      ...config,
      http: { ...config.http, port: 0 },
      registries: Object.fromEntries(ids.map((id) => [id, { url: `${registries}/${id}`, ...client }])),
      simulateRegistries: false,
      ...(inProcess ? {} : { dispatch: { ...config.dispatch, inProcess: [] } }),
      governance: { ...config.governance, ...governance },
    },
    clock: () => new Date(),
    logger: makeLogger({ level: 'info', write: complain }),
  }
}

/** What went wrong explains why a run ends; all the rest is written to nowhere. */
function complain(line: string): void {
  if (!line.includes('"severity":"error"')) return
  const { msg } = JSON.parse(line) as { readonly msg: string }
  process.stderr.write(`edno of the bench: ${msg}\n`)
}
