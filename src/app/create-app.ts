import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openAdapters } from '../catalogue/open-adapters.ts'
import type { Config } from '../config/config.ts'
import type { ExchangeObserver } from '../exchange/ports.ts'
import { createQuotas } from '../dispatch/quotas.ts'
import { createExchangeLog, type ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { Logger } from '../ops/logger.ts'
import { createCases } from '../policy/cases.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { openStore, type Store } from '../store/store.ts'
import { brokerOf } from './broker.ts'
import { openCertificatesOf } from './certificates.ts'
import { startChores } from './chores.ts'
import { openDoors } from './doors.ts'
import { Keeper, type Reloaded } from './keeper.ts'
import { type Keys, loadKeys, LOG_KEY_FILE, makeDataDirectory, sealersOf } from './keys.ts'
import { type Capabilities, portsOf } from './ports.ts'
import { openRegister } from './register.ts'
import { openRegistries, type Registries } from './registries.ts'
import { servicesOf } from './reload.ts'
import { loadRules, type Rules } from './rules.ts'
import { Running } from './running.ts'

/** A running edno. */
export interface App {
  readonly url: string
  /** Where a proxy's loopback port is configured: which it is. */
  readonly proxyPort?: number
  readonly rules: Rules
  readonly keys: Keys
  /** The log's public key. */
  readonly logKey: string
  /** Reads parties, grants, legal bases, services, authorities and certificates again: all are valid, or nothing changes. */
  readonly reload: () => Promise<Reloaded>
  /** Where registries are simulated. */
  readonly simulator?: Simulator
  /** Stops accepting, lets running exchanges end, closes log, adapters and store. */
  readonly close: () => Promise<void>
}

export interface AppOptions {
  readonly config: Config
  readonly clock: () => Date
  readonly logger: Logger
  readonly observer?: ExchangeObserver
  /** Told what a waiting person may want to know. */
  readonly onNotice?: (text: string) => void
}

/** Wires everything, in the order of what needs what; whatever was opened is closed again when a later step fails. */
export async function createApp(options: AppOptions): Promise<App> {
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    return await start(options, opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(options: AppOptions, opened: (() => Promise<void>)[], close: () => Promise<void>): Promise<App> {
  const { config, clock, logger } = options
  const loaded = await loadRules(config)
  makeDataDirectory(config)
  const keys = await loadKeys(config, [...loaded.governance.parties.values()], clock())
  const source = { config, clock, own: keys.files }
  const read = openCertificatesOf({ ...source, governance: loaded.governance, services: servicesOf(loaded) })
  const registries = await openRegistries(config, keys, [...loaded.catalogue.adapters.keys()])
  opened.push(registries.close)
  const store = await openStoreOf(options, keys)
  opened.push(store.close)
  const log = await startLog(options, keys, store)
  opened.push(log.stop)
  const keeper = new Keeper({ ...source, store, logger, loaded: { rules: loaded, certificates: read } })
  opened.push(() => keeper.close())
  await keeper.start()
  const { rules, certificates } = keeper
  const adapters = await openAdapters(rules.catalogue, endpointsOf(rules, registries))
  opened.push(() => Promise.resolve(adapters[Symbol.asyncDispose]()))
  const has: Capabilities = {
    ...{ ...options, rules, keys, sealers: sealersOf(keys), certificates, store, log, adapters },
    register: openRegister(config, store, keeper, clock),
    cases: createCases({ db: store.db, governance: () => rules.governance, clock }),
    quotas: createQuotas({ db: store.db, clock }),
  }
  const ports = portsOf(has)
  const running = new Running()
  opened.push(() => running.drain())
  opened.push(startChores({ log, ports, running, logger, clock, expiring: (now) => certificates.expiring(now) }))
  const doors = await openDoors({ config, keys, broker: brokerOf(has, ports, running), logger, clock })
  opened.push(doors.close)
  opened.push(() => {
    running.refuse()
    return Promise.resolve()
  })
  for (const warning of certificates.directories.warnings) options.onNotice?.(warning)
  return {
    url: doors.url,
    ...(doors.proxyPort === undefined ? {} : { proxyPort: doors.proxyPort }),
    rules,
    keys,
    logKey: log.vkey,
    reload: () => keeper.reload(),
    ...(registries.simulator === undefined ? {} : { simulator: registries.simulator }),
    close,
  }
}

const openStoreOf = ({ config, onNotice }: AppOptions, keys: Keys): Promise<Store> =>
  openStore({
    dataDirectory: config.dataDirectory,
    payloadKeyFile: keys.files.payloadKeyFile,
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl.reveal() }),
    ...(onNotice === undefined ? {} : { onNotice }),
  })

async function startLog({ config, clock, logger }: AppOptions, keys: Keys, store: Store): Promise<ExchangeLog> {
  const log = createExchangeLog({
    store,
    origin: config.log.origin,
    signingKeyPem: keys.secrets.logKey.reveal(),
    retentionHours: config.retention.answerHours,
    clock,
    onAlarm: ({ kind, error }) => logger.error('the exchange log raises an alarm', { code: kind }, error),
  })
  await log.start()
  writeFileSync(join(config.dataDirectory, LOG_KEY_FILE), `${log.vkey}\n`)
  return log
}

const endpointsOf = (rules: Rules, registries: Registries) =>
  new Map([...rules.catalogue.adapters.keys()].map((id) => [id, registries.endpointOf(id)]))
