import { join } from 'node:path'
import { type App, createApp } from '../../app/create-app.ts'
import type { Reply } from '../../client/send.ts'
import type { Config } from '../../config/config.ts'
import type { ExchangeObserver } from '../../exchange/ports.ts'
import { partyId, serviceRef } from '../../model/ids.ts'
import { systemClock } from '../../ops/clock.ts'
import { makeLogger } from '../../ops/logger.ts'
import { scenarioNamed, scenariosOf } from '../compose.ts'
import { writeEvidence } from '../evidence-folder.ts'
import { type Output, output } from '../output.ts'
import { probeFolder } from '../probe-folder.ts'
import { settings } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'
import { type DemoReceiver, laterSettings, openReceiver, sendLater } from './later.ts'
import { type DemoOptions, report } from './report.ts'
import { type DemoRun, runScenario } from './run-scenario.ts'
import type { Scenario } from './scenarios.ts'
import { type Asked, type Screen, screen } from './screen.ts'
import { WORDS } from './words.ts'

/** The demonstration has a data directory of its own and free ports: it never meets a serving edno. */
function demoSettings(): Config {
  const config = settings()
  if (config.env === 'production') throw new Error('the demonstration does not run in production')
  const { databaseUrl: _external, ...own } = config
  return { ...own, dataDirectory: join(config.dataDirectory, 'demo'), http: { ...config.http, port: 0 } }
}

/** Runs a scenario on a broker of its own and tells it; false where something came out otherwise than expected. */
export async function demo(options: DemoOptions): Promise<boolean> {
  const config = demoSettings()
  const out = output(options.lang)
  const scenario = scenarioNamed(scenariosOf(config), options.scenario)
  probeFolder(options.out)
  if (options.json !== true) {
    out.line(out.strong(out.text(WORDS.title)))
    out.line(out.faint(out.text(WORDS.notice)))
  }
  const view = screen(out)
  const story = options.json === true ? {} : storyteller(view)
  // Heard from the start: the database is of another session, and somebody has to stop it.
  const interrupted = untilStopped().then((signal) => Promise.reject(new Error(`stopped by ${signal}`)))
  interrupted.catch(() => undefined)
  const receiver = scenario.slow === undefined ? undefined : await openReceiver(config)
  const app = await createApp({
    config: receiver === undefined ? config : laterSettings(config, scenario, receiver.port),
    clock: systemClock,
    logger: makeLogger({ level: 'fatal' }),
    ...story,
    onNotice: out.progress,
  })
  try {
    if (options.json !== true) view.head(askedOf(app, scenario, out))
    const later = laterOf(app, scenario, receiver, options.json === true ? undefined : out)
    const run = await Promise.race([runScenario(app, scenario, out.language, later), interrupted])
    if (options.out !== undefined && run.reply.kind === 'answer') keep(options.out, run, run.reply)
    report(run, options, out)
    return run.differences.length === 0
  } finally {
    receiver?.close()
    await app.close()
  }
}

/** How a scenario with a slow registry is sent. */
function laterOf(
  app: App,
  { slow }: Scenario,
  receiver: DemoReceiver | undefined,
  out: Output | undefined,
): Parameters<typeof runScenario>[3] {
  if (slow === undefined || receiver === undefined) return undefined
  return (client, application) => sendLater({ app, client, receiver }, { application, registry: slow }, out)
}

function askedOf({ rules }: App, scenario: Scenario, out: Output): Asked {
  const { id, version } = scenario.service
  const party = rules.governance.parties.get(partyId(scenario.party))
  const service = rules.catalogue.services.get(serviceRef(id, version))
  return {
    scenario,
    consumerName: party === undefined ? scenario.party : out.text(party.name),
    serviceTitle: service === undefined ? '?' : out.text(service.definition.title),
  }
}

/** Tells the story while it happens. */
function storyteller(view: Screen): { readonly observer: ExchangeObserver } {
  let started = performance.now()
  return {
    observer: {
      planned: (plan) => {
        started = performance.now()
        view.plan(plan)
      },
      outcome: (_, outcome) => view.outcome(outcome, performance.now() - started),
    },
  }
}

function keep(folder: string, run: DemoRun, reply: Extract<Reply, { kind: 'answer' }>): void {
  writeEvidence(folder, {
    application: run.application,
    answer: reply.bytes,
    keys: run.keys,
    logKey: run.logKey,
    ...(reply.receipt === undefined ? {} : { receipt: reply.receipt }),
  })
}
