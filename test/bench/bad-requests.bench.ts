import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import type { AttackCounts } from './attack.ts'
import { applications, judgeComplete } from './exchange.bench.ts'
import { tlsOf } from './keys.ts'
import { type Answered, type Load, loadOn } from './load.ts'
import { type BenchProcess, startProcess } from './process.ts'

const WARM_UP = 200
const ROUNDS = 4
const ROUND = { count: 100, concurrency: 8 }

/** What good consumers got while the generator did one thing. */
export interface Good {
  readonly perSecond: number
  /** CPU of the broker's process for one of their exchanges, with whatever else it did meanwhile. */
  readonly cpuMs: number
}

export interface BadRequestsBench {
  readonly alone: Good
  /** The generator knocks at a server that refuses every connection: its own cost, on the same cores. */
  readonly decoy: Good
  readonly attacked: Good
  readonly offeredPerSecond: number
  /** CPU of the broker's process for one bad request. */
  readonly cpuMsPerBad: number
  /** What became of those at the broker. */
  readonly counts: AttackCounts
}

/** The same load of good consumers without, beside and among bad requests, in rounds that alternate; two minutes or so. */
export async function badRequestsBench(): Promise<BadRequestsBench> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
  // The database's own user reaches its part of it.
  chmodSync(folder, 0o755)
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
    const decoy = await start('decoy', {})
    const beside = await start('attackers', { target: decoy.url })
    const among = await start('attackers', { target: broker.url })
    const tls = tlsOf(folder, 'parties/troyan/tls')
    const lost = { count: 0 }
    const judge = (answered: Answered): void => {
      if (answered.status >= 500) lost.count += 1
      else judgeComplete(answered)
    }
    const good = loadOn({ url: broker.url, contentType: 'application/xml', tls, next, judge })
    opened.push(good)
    return await alternate({ good, broker, beside, among, lost })
  } finally {
    for (const one of opened.reverse()) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Parts {
  readonly good: Load
  /** Good requests that edno could not take: they count as nothing. */
  readonly lost: { count: number }
  readonly broker: BenchProcess
  /** Generators of bad requests, at the decoy and at the broker. */
  readonly beside: BenchProcess
  readonly among: BenchProcess
}

interface Tally {
  answered: number
  elapsedMs: number
  cpuMs: number
}

const tell = async (attackers: BenchProcess, what: string): Promise<AttackCounts> =>
  (await (await fetch(`${attackers.url}/${what}`)).json()) as AttackCounts

async function alternate({ good, broker, beside, among, lost }: Parts): Promise<BadRequestsBench> {
  const [alone, decoyed, attacked] = [newTally(), newTally(), newTally()]
  const round = async (tally: Tally, attackers?: BenchProcess): Promise<void> => {
    await good.connect(ROUND.concurrency)
    if (attackers !== undefined) await tell(attackers, 'go')
    const cpu = await broker.cpuMs()
    const before = lost.count
    tally.elapsedMs += (await good.run(ROUND.count, ROUND.concurrency)).elapsedMs
    tally.cpuMs += (await broker.cpuMs()) - cpu
    tally.answered += ROUND.count - (lost.count - before)
    if (attackers !== undefined) await tell(attackers, 'halt')
  }
  await good.run(WARM_UP, ROUND.concurrency)
  for (let n = 0; n < ROUNDS; n += 1) {
    await round(alone)
    await round(decoyed, beside)
    await round(attacked, among)
  }
  const counts = await tell(among, '')
  return {
    alone: goodOf(alone),
    decoy: goodOf(decoyed),
    attacked: goodOf(attacked),
    offeredPerSecond: counts.offered / counts.seconds,
    cpuMsPerBad: (attacked.cpuMs - alone.cpuMs) / counts.offered,
    counts,
  }
}

const newTally = (): Tally => ({ answered: 0, elapsedMs: 0, cpuMs: 0 })

const goodOf = ({ answered, elapsedMs, cpuMs }: Tally): Good => ({
  perSecond: answered / (elapsedMs / 1000),
  cpuMs: cpuMs / answered,
})

/** The part of docs/benchmarks.md. */
export function badRequestsReport(bench: BadRequestsBench): string {
  const { alone, decoy, attacked, counts } = bench
  const share = (good: Good): string => `${((attacked.perSecond / good.perSecond) * 100).toFixed(0)} %`
  const good = ({ perSecond, cpuMs }: Good): string => `${perSecond.toFixed(1)} | ${cpuMs.toFixed(1)}`
  return [
    '## Among bad requests',
    '',
    'Good consumers send `water-taxi-permit` 8 at a time. A process of its own sends bad requests',
    '([kinds](../test/bench/bad-kinds.ts)) when they are due, one fifth of each kind, waiting for no answer: over a kept',
    'connection where one is free, else over a new one. Strangers come from 20 addresses, three parties whose software has',
    'gone wrong from one each. All processes share the cores. So there are two controls: nothing beside, and the same generator',
    'at a server that refuses every connection and does nothing else, which is what the generator takes from the machine.',
    '',
    '| good consumers | exchanges per second | CPU ms of the broker per exchange |',
    '| --- | ---: | ---: |',
    `| alone | ${good(alone)} |`,
    `| beside the generator at the decoy | ${good(decoy)} |`,
    `| among bad requests | ${good(attacked)} |`,
    '',
    `Kept: **${share(alone)}** of the throughput alone, ${share(decoy)} of that beside the decoy. Offered: ` +
      `${bench.offeredPerSecond.toFixed(0)} bad requests per second, of which ${counts.waiting} of ${counts.offered} ` +
      `found the generator out of connections. One cost the broker ${(bench.cpuMsPerBad * 1000).toFixed(0)} µs of CPU.`,
    '',
    '| kind of bad request | what became of them |',
    '| --- | --- |',
    ...Object.entries(counts.became).map(
      ([kind, became]) =>
        `| ${kind} | ${Object.entries(became)
          .map(([what, count]) => `${WORDS[what] ?? what}: ${count}`)
          .join(', ')} |`,
    ),
    '',
  ].join('\n')
}

const WORDS: Readonly<Record<string, string>> = { reset: 'refused before the handshake', cut: 'cut off' }
