import { readdirSync } from 'node:fs'
import { built } from './built.ts'
import { filesOf } from './keys.ts'
import type { BenchServer, BenchSetting } from './process.ts'

/** edno as `npm start` runs it: its embedded PostgreSQL, its development keys, log level `info` to nowhere. */
export async function startBroker({ dataDirectory, registries = '' }: BenchSetting): Promise<BenchServer> {
  const { createApp } = await built<typeof import('../../src/app/create-app.ts')>('src/app/create-app.js')
  const { loadConfig } = await built<typeof import('../../src/config/load-config.ts')>('src/config/load-config.js')
  const { findRoot } = await built<typeof import('../../src/config/root.ts')>('src/config/root.js')
  const { makeLogger } = await built<typeof import('../../src/ops/logger.ts')>('src/ops/logger.js')
  const config = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: dataDirectory } })
  const client = filesOf(dataDirectory, 'broker/client')
  const ids = readdirSync(config.adaptersFolder)
  const app = await createApp({
    config: {
      ...config,
      http: { ...config.http, port: 0 },
      registries: Object.fromEntries(ids.map((id) => [id, { url: `${registries}/${id}`, ...client }])),
      simulateRegistries: false,
    },
    clock: () => new Date(),
    logger: makeLogger({ level: 'info', write: () => undefined }),
  })
  return { url: `${app.url}/v1/exchanges`, close: () => app.close() }
}
