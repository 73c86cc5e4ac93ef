import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { createQuotas } from '../dispatch/quotas.ts'
import type { CallQueue } from '../dispatch/queue/call-queue.ts'
import { openQueue } from '../dispatch/queue/open-queue.ts'
import type { ExchangeObserver, ExchangePorts } from '../exchange/ports.ts'
import { createExchangeLog, type ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { Readiness } from '../http/broker.ts'
import { registryOf } from '../model/ids.ts'
import { isLeftOut } from '../model/left-out.ts'
import { sofiaDay } from '../model/sofia-day.ts'
import type { Logger } from '../ops/logger.ts'
import { createMetrics, type Metrics } from '../ops/metrics.ts'
import { createCases } from '../policy/cases.ts'
import { currentSealer } from '../signature/dated-sealer.ts'
import { openStore, type Store } from '../store/store.ts'
import { countDays } from '../store/usage-counting.ts'
import { answerVerifiers } from './answer-trust.ts'
import { acknowledgePromised } from './acknowledge-promised.ts'
import { openCertificatesOf } from './certificates.ts'
import { type Chores, type StartedChores, startChores } from './chores.ts'
import { countedLogger } from './counted.ts'
import { callbackSignerOf, openCourier, requireCallbackKey } from './courier.ts'
import { type Deferring, openDeferring } from './deferring.ts'
import { dispatchPortsOf } from './dispatch-ports.ts'
import { Followers } from './followers.ts'
import { sealSupplement } from './formats.ts'
import { openHeadCare } from './heads.ts'
import { CertificateWords, ownSealWatch } from './keep-words.ts'
import { Keeper } from './keeper.ts'
import { keysInUse, logKeysAtStart } from './keys-at-start.ts'
import { type Keys, loadKeys, LOG_KEY_FILE, sealersOf } from './keys.ts'
import { LeftOpen } from './left-open.ts'
import { namedBy, openPlug, type Reread, type Role } from './plug.ts'
import { type Capabilities, portsOf } from './ports.ts'
import { readinessOf } from './readiness.ts'
import { readingsOf } from './readings.ts'
import { openRegister } from './register.ts'
import { openRegistries, type Registries } from './registries.ts'
import { limitsNow } from './registry-limits.ts'
import { servicesOf } from './reload.ts'
import { marksOf } from './search.ts'
import { loadRules, type Rules } from './rules.ts'
import { Running } from './running.ts'
import { seldom } from './seldom.ts'
import { Stops } from './stops.ts'
import { hastening, heard, observedBy } from './waiting.ts'

export interface LineOptions {
  readonly config: Config
  readonly clock: () => Date
  readonly logger: Logger
  readonly observer?: ExchangeObserver
  /** Absent: the configuration stays as it is. */
  readonly reread?: Reread
  /** Told what a waiting person may want to know. */
  readonly onNotice?: (text: string) => void
}

/** Everything of edno but its doors. */
export interface Line {
  readonly has: Capabilities
  readonly ports: ExchangePorts
  readonly running: Running
  readonly keeper: Keeper
  readonly registries: Registries
  readonly followers: Followers
  readonly stops: Stops
  readonly callbackKeys: readonly string[]
  /** Registries that this process asks. */
  readonly served: ReadonlySet<string>
  readonly queue: CallQueue
  readonly ready: () => Promise<Readiness>
}

/** Wires everything, in the order of what needs what; what is to be closed is pushed on `opened`. */
export async function openLine(options: LineOptions, role: Role, opened: (() => Promise<void>)[]): Promise<Line> {
  const metrics = createMetrics()
  const line = await wire({ ...options, metrics, logger: countedLogger(options.logger, metrics) }, role, opened)
  const ready = readinessOf(line.has, line.running)
  metrics.readFrom(readingsOf(line.has, { ready, running: line.running }))
  return { ...line, ready }
}

interface Counting extends LineOptions {
  readonly metrics: Metrics
}

async function wire(options: Counting, role: Role, opened: (() => Promise<void>)[]): Promise<Omit<Line, 'ready'>> {
  const { config, clock, logger } = options
  const loaded = await loadRules(config)
  const { served, workers } = servedBy(role, config, loaded)
  const keys = await loadKeys(config, [...loaded.governance.parties.values()], clock())
  const words = new CertificateWords(logger)
  const source = { config, clock, own: keys.files, relied: words.keep }
  const read = openCertificatesOf({ ...source, governance: loaded.governance, services: servicesOf(loaded) })
  const registries = await openRegistries(config, keys, loaded.catalogue, [...served])
  opened.push(registries.close)
  const store = await openStoreOf(options, keys, role)
  opened.push(store.close)
  words.keepIn(store.db)
  const log = await startLog(options, keys, store)
  opened.push(log.stop)
  const plug = await openPlug({ ...options, role, served, registries, catalogue: loaded.catalogue })
  const keeper = new Keeper({ ...source, plug, store, logger, loaded: { rules: loaded, certificates: read } })
  opened.push(plug.close, () => keeper.close())
  await keeper.start()
  const { rules, certificates } = keeper
  const heads = await openHeadCare({ ...options, store, log, certificates }, role === 'serve', opened)
  const queue = await openQueueOf(options, store, workers)
  opened.push(queue.close)
  const [followers, stops] = [new Followers(store.db, store.hints), new Stops(store.db, store.hints)]
  const basis: Omit<Capabilities, 'deferring'> = {
    ...{ ...options, rules, keys, sealers: sealersOf(keys), certificates, store, log, heads, adapters: plug.adapters },
    words,
    ...registriesNow(options, keys, keeper),
    observer: observedBy(followers, options.observer),
    register: openRegister(config, store, keeper, clock),
    cases: createCases({ db: store.db, governance: () => rules.governance, clock }),
    quotas: createQuotas({ db: store.db, clock }),
  }
  const deferring = deferringOf(basis, { queue, served, stops })
  const has: Capabilities = { ...basis, deferring }
  opened.push(deferring.close)
  requireCallbackKey(loaded, keys)
  const signer = callbackSignerOf(keys)
  const courier = openCourier(has, signer)
  opened.push(() => courier.stop())
  const [leftOpen, running] = [new LeftOpen(), new Running()]
  const inner = leftOpen.watching(heard(portsOf(has), log, { followers, stops, courier }))
  opened.push(running.drain.bind(running), () => deferring.drain(config.dispatch.drainMs))
  deferring.start(inner)
  plug.onAdded(deferring.work)
  const chores = choresOf(has, { ports: inner, running, leftOpen, ending: deferring.ending })
  opened.push(chores.stop)
  const ports = hastening(inner, chores.sweep)
  return { has, ports, running, keeper, registries, followers, stops, callbackKeys: signer.publicKeys, served, queue }
}

function choresOf(has: Capabilities, parts: Pick<Chores, 'ports' | 'running' | 'leftOpen' | 'ending'>): StartedChores {
  const { store, log, logger, clock, certificates } = has
  return startChores({
    ...{ ...parts, log, logger, clock, lookAtSeals: ownSealWatch(has) },
    countUsage: (now) => countDays(store.db, sofiaDay(now)),
    expiring: (now) => certificates.expiring(now),
  })
}

/** What the configuration says of registries at this moment: it is read again while edno runs. */
const registriesNow = (
  { clock, logger }: LineOptions,
  keys: Keys,
  keeper: Keeper,
): Pick<Capabilities, 'limits' | 'registryNow' | 'verifyAnswer'> => ({
  limits: limitsNow(() => ({ catalogue: keeper.rules.catalogue, config: keeper.config })),
  registryNow: (registry) => keeper.config.registries[registry],
  verifyAnswer: answerVerifiers({ config: () => keeper.config, keys, clock, logger }),
})

interface ToServe {
  /** Loses what does not open. */
  readonly served: Set<string>
  /** Of as many queues as may come to be worked on. */
  readonly workers: number
}

/** Refuses a name that no adapter has: its queue would never be worked on. */
function servedBy(role: Role, { dispatch }: Config, { catalogue }: Rules): ToServe {
  const all = [...catalogue.adapters.keys()]
  const named = namedBy(role, dispatch)
  if (named === 'all') return { served: new Set(all), workers: all.length }
  const unknown = named.filter((registry) => !all.includes(registry) && !isLeftOut(catalogue.leftOut, registry))
  if (unknown.length > 0) throw new ConfigRefused(unknown.map((registry) => `there is no adapter for ${registry}`))
  return { served: new Set(named), workers: named.length }
}

function deferringOf(
  has: Omit<Capabilities, 'deferring'>,
  { queue, served, stops }: Pick<Line, 'queue' | 'served' | 'stops'>,
): Deferring {
  const { config, clock, rules, sealers, certificates, store, log, logger } = has
  const concurrencyOf = (registry: string): number =>
    [...rules.catalogue.operations]
      .filter(([ref]) => registryOf(ref) === registry)
      .reduce((sum, [, { manifest }]) => sum + manifest.maxConcurrent, 0)
  return openDeferring({
    ...{ ports: dispatchPortsOf(has), store, log, queue, logger, served, tries: config.queue.tries },
    during: (exchange, work) => stops.during(exchange, work),
    acknowledge: () => acknowledgePromised({ ...has, served }),
    concurrencyOf: (registry) => Math.max(1, Math.min(MOST_JOBS_AT_ONCE, concurrencyOf(registry))),
    seal: (supplement) => sealSupplement(supplement, currentSealer(sealers, clock()), certificates.stamp),
  })
}

/** Of one registry: each takes memory for a plan, and connections of the store now and then. */
const MOST_JOBS_AT_ONCE = 32

function openQueueOf({ config, logger }: LineOptions, store: Store, workers: number): Promise<CallQueue> {
  return openQueue({
    store,
    workers,
    rebuildable: config.queue.rebuildable,
    ...(config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl.reveal() }),
    onError: seldom((error: Error) => logger.error('the queue does not answer', {}, error)),
  })
}

const openStoreOf = ({ config, onNotice, logger }: LineOptions, keys: Keys, role: Role): Promise<Store> =>
  openStore({
    onRevival: (revival) =>
      revival.what === 'ended-and-started'
        ? logger.warn('the embedded database had ended and was started again')
        : logger.error(
            'the embedded database ended and does not start (its words: database/server.log of the data folder); it is tried again',
            {},
            revival.error,
          ),
    dataDirectory: config.dataDirectory,
    payloadKeyFile: keys.files.payloadKeyFile,
    beside: role !== 'serve',
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl.reveal() }),
    ...(onNotice === undefined ? {} : { onNotice }),
  })

async function startLog({ config, clock, logger }: LineOptions, keys: Keys, store: Store): Promise<ExchangeLog> {
  const log = createExchangeLog({
    store,
    origin: config.log.origin,
    signingKeyPem: keys.secrets.logKey.reveal(),
    retentionHours: config.retention.answerHours,
    promiseSeconds: config.log.promiseSeconds,
    clock,
    onAlarm: ({ kind, error }) => logger.error('the exchange log raises an alarm', { code: kind }, error),
    ...marksOf(keys),
  })
  await log.start()
  if ((await logKeysAtStart(store, keysInUse(keys.secrets), clock())) === 'changed')
    logger.warn('the keys are others than at the last start')
  log.integrateSoon()
  writeFileSync(join(config.dataDirectory, LOG_KEY_FILE), `${log.vkey}\n`)
  return log
}
