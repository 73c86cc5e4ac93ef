import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentPki } from '../../src/app/keys.ts'
import { loadRules } from '../../src/app/rules.ts'
import { applicationOf, partyKeys, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { type Contestant, enter, measure, type Measured, summary } from './contest.ts'
import { tlsOf } from './keys.ts'
import { type Answered, loadOn } from './load.ts'
import { type BenchProcess, startProcess } from './process.ts'
import { databaseServer, treeCpuMs } from './processor-time.ts'

const SCENARIO = 'water-taxi'
const WARM_UP = 300
const ROUNDS = 6
/** Exchanges of one round: under load, and one after the other. */
const BUSY = { count: 100, concurrency: 8 }
const ALONE = { count: 40, concurrency: 1 }

export interface ExchangeBench {
  readonly edno: Measured
  readonly unprotected: Measured
}

/** Whole exchanges, edno against the unprotected fan-out, in rounds that alternate: a drift of the machine meets both. */
export async function exchangeBench(flags: readonly string[]): Promise<ExchangeBench> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
  // The database's own user reaches its part of it.
  chmodSync(folder, 0o755)
  const opened: { readonly close: () => Promise<void> | void }[] = []
  try {
    const config = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: folder } })
    const { next, question } = await applications(config)
    const start = async (...args: Parameters<typeof startProcess>): Promise<BenchProcess> => {
      const started = await startProcess(...args)
      opened.push(started)
      return started
    }
    const registries = await start('registries', { dataDirectory: folder }, flags)
    const setting = { dataDirectory: folder, registries: registries.url }
    const broker = await start('broker', setting, flags)
    const rival = await start('unprotected', setting, flags)
    const tls = tlsOf(folder, 'parties/troyan/tls')
    const database = databaseServer(folder)
    const edno: Contestant = {
      servers: [broker],
      registries,
      databaseCpuMs: () => treeCpuMs(database),
      load: loadOn({ url: broker.url, contentType: 'application/xml', tls, next, judge: judgeAnswer }),
    }
    const unprotected: Contestant = {
      servers: [rival],
      registries,
      databaseCpuMs: () => 0,
      load: loadOn({ url: rival.url, contentType: 'application/json', tls, next: () => question, judge: judgeStatus }),
    }
    opened.push(edno.load, unprotected.load)
    return await compete(edno, unprotected)
  } finally {
    for (const one of opened.reverse()) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Questions {
  /** A fresh application, signed: the cost of signing is the caller's. */
  readonly next: () => Uint8Array
  /** The same question as the rival takes it. */
  readonly question: Uint8Array
}

export async function applications(config: Config): Promise<Questions> {
  const { governance } = await loadRules(config)
  const pki = await developmentPki(config, [...governance.parties.values()], new Date())
  const scenario = scenarioNamed(scenariosOf(config), SCENARIO)
  const { seal } = partyKeys(pki, scenario.party)
  const body = applicationOf(scenario, [], new Date()).body as { skipper: { egn: string }; operator: { uic: string } }
  const question = { skipper: body.skipper.egn, operator: body.operator.uic }
  return {
    next: () => signedBytes(applicationOf(scenario, [], new Date()), seal, false),
    question: Buffer.from(JSON.stringify(question)),
  }
}

/** A signed answer with all its parts. */
export function judgeComplete(answered: Answered): void {
  judgeStatus(answered)
  const answer = answered.body.toString()
  if (!answer.includes('<Status>complete</Status>')) throw new Error('the bench got an answer that is not complete')
}

/** And the proof that it stands in the log: a whole exchange. */
export function judgeAnswer(answered: Answered): void {
  judgeComplete(answered)
  if (answered.headers['edno-receipt'] === undefined) throw new Error('the bench got an answer without its proof')
}

/** Counts the answers that left before their proof was ready: whole, signed and durable, but the proof is fetched later. */
export const judgeCounting =
  (unproven: { count: number }) =>
  (answered: Answered): void => {
    judgeComplete(answered)
    if (answered.headers['edno-receipt'] === undefined) unproven.count += 1
  }

export function judgeStatus({ status, body }: Answered): void {
  if (status !== 200) throw new Error(`the bench got status ${status}: ${body.toString().slice(0, 500)}`)
}

async function compete(edno: Contestant, unprotected: Contestant): Promise<ExchangeBench> {
  const both = [enter(edno), enter(unprotected)] as const
  for (const { contestant } of both) await contestant.load.run(WARM_UP, BUSY.concurrency)
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const entrant of both) {
      await measure(entrant, 'busy', BUSY)
      await measure(entrant, 'alone', ALONE)
    }
  }
  const [first, second] = both
  return { edno: summary(first), unprotected: summary(second) }
}
