import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import type { AttackCounts } from './attackers.ts'
import { applications, judgeAnswer } from './exchange.bench.ts'
import { tlsOf } from './keys.ts'
import { type Load, loadOn } from './load.ts'
import { type BenchProcess, startProcess } from './process.ts'

const WARM_UP = 200
const ROUNDS = 4
const ROUND = { count: 100, concurrency: 8 }

export interface BadRequestsBench {
  /** Exchanges of good consumers per second, alone and among bad requests. */
  readonly quiet: number
  readonly loud: number
  /** `loud / quiet`. */
  readonly kept: number
  /** Bad requests a second: that were to come, and that the door let come; and how they were answered. */
  readonly offeredPerSecond: number
  readonly sentPerSecond: number
  readonly answered: Readonly<Record<string, number>>
  /** Of the machine, at the beginning: what else runs shares the cores. */
  readonly loadBefore: number
}

/** The same load of good consumers with and without bad requests, in rounds that alternate; a minute or so. */
export async function badRequestsBench(): Promise<BadRequestsBench> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
  // The database's own user reaches its part of it.
  chmodSync(folder, 0o755)
  const [loadBefore = Number.NaN] = loadavg()
  const opened: { readonly close: () => Promise<void> | void }[] = []
  try {
    const start = async (...[role, setting]: [Parameters<typeof startProcess>[0], object]): Promise<BenchProcess> => {
      const started = await startProcess(role, { dataDirectory: folder, ...setting }, [])
      opened.push(started)
      return started
    }
    const { next } = await applications(loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: folder } }))
    const registries = await start('registries', {})
    const broker = await start('broker', { registries: registries.url })
    const attackers = await start('attackers', { target: broker.url })
    const tls = tlsOf(folder, 'parties/troyan/tls')
    const good = loadOn({ url: broker.url, contentType: 'application/xml', tls, next, judge: judgeAnswer })
    opened.push(good)
    return { ...(await alternate(good, attackers.url)), loadBefore }
  } finally {
    for (const one of opened.reverse()) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function alternate(good: Load, attackers: string): Promise<Omit<BadRequestsBench, 'loadBefore'>> {
  const tell = async (what: string): Promise<AttackCounts> =>
    (await (await fetch(`${attackers}/${what}`)).json()) as AttackCounts
  const elapsed = { quiet: 0, loud: 0 }
  const round = async (): Promise<number> => {
    await good.connect(ROUND.concurrency)
    return (await good.run(ROUND.count, ROUND.concurrency)).elapsedMs
  }
  await good.run(WARM_UP, ROUND.concurrency)
  let attackMs = 0
  for (let n = 0; n < ROUNDS; n += 1) {
    elapsed.quiet += await round()
    await tell('go')
    const started = performance.now()
    elapsed.loud += await round()
    await tell('halt')
    attackMs += performance.now() - started
  }
  const { offered, sent, answered } = await tell('')
  const perSecond = (ms: number): number => (ROUNDS * ROUND.count) / (ms / 1000)
  return {
    quiet: perSecond(elapsed.quiet),
    loud: perSecond(elapsed.loud),
    kept: elapsed.quiet / elapsed.loud,
    offeredPerSecond: offered / (attackMs / 1000),
    sentPerSecond: sent / (attackMs / 1000),
    answered,
  }
}

/** The part of docs/benchmarks.md. */
export const badRequestsReport = (bench: BadRequestsBench): string =>
  [
    '## Among bad requests',
    '',
    'Good consumers send `water-taxi-permit` 8 at a time, alone and while other connections send bad requests: half without a',
    'client certificate, half by a registered party whose signatures do not hold; nearly all are held back before any work.',
    'All processes, the attackers too, share the cores.',
    '',
    '| | |',
    '| --- | ---: |',
    `| bad requests offered per second, over 100 connections | ${bench.offeredPerSecond.toFixed(0)} |`,
    `| of which the door let come | ${bench.sentPerSecond.toFixed(0)} |`,
    `| answered to them | ${Object.entries(bench.answered)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ')} |`,
    `| exchanges per second, alone | ${bench.quiet.toFixed(1)} |`,
    `| exchanges per second, among them | ${bench.loud.toFixed(1)} |`,
    `| throughput kept | ${(bench.kept * 100).toFixed(0)} % |`,
    `| load of the machine before (1 min) | ${bench.loadBefore.toFixed(1)} |`,
    '',
  ].join('\n')
