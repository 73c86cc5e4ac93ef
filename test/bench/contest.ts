import { type Load, type Loaded, percentile } from './load.ts'
import type { BenchProcess } from './process.ts'

/** CPU milliseconds of each process for one exchange. */
export interface Cost {
  /** Of the server, or of all processes that stand for it. */
  readonly server: number
  /** Undefined where it cannot be told; 0 for a server without one. */
  readonly database: number | undefined
  readonly registries: number
  readonly load: number
}

export interface Latency {
  readonly p50: number
  readonly p99: number
}

export interface Measured {
  readonly exchanges: number
  readonly perSecond: number
  readonly cost: Cost
  readonly busy: Latency
  readonly alone: Latency
}

/** What is measured, and what is told apart while it is. */
export interface Contestant {
  readonly servers: readonly Pick<BenchProcess, 'cpuMs'>[]
  readonly registries: BenchProcess
  readonly databaseCpuMs: () => number | undefined
  readonly load: Load
}

/** Exchanges of one round. */
export interface Round {
  readonly count: number
  readonly concurrency: number
}

interface Tally {
  elapsedMs: number
  readonly latenciesMs: number[]
  readonly costMs: { server: number; database: number | undefined; registries: number; load: number }
}

/** A contestant with what was measured of it so far: under load, and one exchange after the other. */
export interface Entrant {
  readonly contestant: Contestant
  readonly busy: Tally
  readonly alone: Tally
}

const newTally = (): Tally => ({
  elapsedMs: 0,
  latenciesMs: [],
  costMs: { server: 0, database: 0, registries: 0, load: 0 },
})

export const enter = (contestant: Contestant): Entrant => ({ contestant, busy: newTally(), alone: newTally() })

export async function measure(
  { contestant, ...tallies }: Entrant,
  kind: 'busy' | 'alone',
  round: Round,
): Promise<void> {
  await contestant.load.connect(round.concurrency)
  const before = await usage(contestant)
  const loaded = await contestant.load.run(round.count, round.concurrency)
  add(tallies[kind], loaded, before, await usage(contestant))
}

type Usage = Omit<Cost, 'load'>

function add(tally: Tally, loaded: Loaded, before: Usage, after: Usage): void {
  tally.elapsedMs += loaded.elapsedMs
  tally.latenciesMs.push(...loaded.latenciesMs)
  const { costMs } = tally
  costMs.server += after.server - before.server
  costMs.registries += after.registries - before.registries
  costMs.load += loaded.cpuMs
  costMs.database =
    costMs.database === undefined || after.database === undefined || before.database === undefined
      ? undefined
      : costMs.database + after.database - before.database
}

async function usage({ servers, registries, databaseCpuMs }: Contestant): Promise<Usage> {
  const each = await Promise.all(servers.map((server) => server.cpuMs()))
  return {
    server: each.reduce((sum, one) => sum + one, 0),
    database: databaseCpuMs(),
    registries: await registries.cpuMs(),
  }
}

export function summary({ busy, alone }: Entrant): Measured {
  const exchanges = busy.latenciesMs.length
  const { server, database, registries, load } = busy.costMs
  return {
    exchanges,
    perSecond: exchanges / (busy.elapsedMs / 1000),
    cost: {
      server: server / exchanges,
      database: database === undefined ? undefined : database / exchanges,
      registries: registries / exchanges,
      load: load / exchanges,
    },
    busy: latencyOf(busy.latenciesMs),
    alone: latencyOf(alone.latenciesMs),
  }
}

export const latencyOf = (latenciesMs: readonly number[]): Latency => ({
  p50: percentile(latenciesMs, 0.5),
  p99: percentile(latenciesMs, 0.99),
})
