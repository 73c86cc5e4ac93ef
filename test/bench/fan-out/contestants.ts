import { spawnSync } from 'node:child_process'
import { RedisServer } from '../../support/redis.ts'
import { type Contestant, enter, type Entrant } from '../contest.ts'
import { judgeCounting, judgeStatus } from '../exchange.bench.ts'
import type { Grounds } from '../grounds.ts'
import { tlsOf } from '../keys.ts'
import { type Load, loadOn } from '../load.ts'
import type { BenchProcess } from '../process.ts'
import { applicationsOf, CITIZEN, type Size, SIZES, writeGovernance } from './sizes.ts'

export const WAYS = ['in process', 'two processes', 'through Redis', 'through PostgreSQL', 'unprotected'] as const
export type Way = (typeof WAYS)[number]

/** One way of fanning out, with one service. */
export interface Cell extends Entrant {
  readonly way: Way
  readonly size: Size
  /** Answers that left before their proof was ready, those of the warm-up among them. */
  readonly unproven: { readonly count: number }
}

export interface Contest {
  readonly cells: readonly Cell[]
  /** Way → why it is not measured here. */
  readonly missing: Readonly<Partial<Record<Way, string>>>
  /** Of the edno that asks in process. */
  readonly ednoUrl: string
}

type Governance = ReturnType<typeof writeGovernance>

/** Starts everything; in each way, the same three services. */
export async function contestants(grounds: Grounds): Promise<Contest> {
  const governance = writeGovernance(grounds.folder)
  const own = { governance, databaseUrl: await grounds.database('in_process') }
  // The first makes the keys that all of them share.
  const one = await grounds.start('broker', own)
  const [second, throughRedis, throughPostgres, rival] = await Promise.all([
    grounds.start('broker', own),
    redisCells(grounds, governance),
    queued(grounds, 'through PostgreSQL', { governance, databaseUrl: await grounds.database('queue') }),
    grounds.start('unprotected', {}),
  ])
  const cells = [
    ...cellsOf(grounds, 'in process', [one], [one]),
    ...cellsOf(grounds, 'two processes', [one, second], [one, second]),
    ...(throughRedis ?? []),
    ...throughPostgres,
    ...cellsOf(grounds, 'unprotected', [rival], [rival]),
  ]
  const missing = throughRedis === undefined ? { 'through Redis': 'redis-server is not installed' } : {}
  return { cells, missing, ednoUrl: one.url }
}

/** Undefined where Redis is not installed. */
async function redisCells(grounds: Grounds, governance: Governance): Promise<Cell[] | undefined> {
  const redis = await startRedis(grounds)
  if (redis === undefined) return undefined
  const databaseUrl = await grounds.database('redis')
  return queued(grounds, 'through Redis', { governance, databaseUrl, redisUrl: redis.url })
}

async function startRedis(grounds: Grounds): Promise<RedisServer | undefined> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined
  const redis = await RedisServer.start()
  grounds.onClose(() => redis.stop())
  return redis
}

/** A broker that asks nobody itself, and a process that works on its queue. */
async function queued(grounds: Grounds, way: Way, setting: Parameters<Grounds['start']>[1]): Promise<Cell[]> {
  const broker = await grounds.start('broker', { ...setting, inProcess: false })
  const worker = await grounds.start('worker', setting)
  return cellsOf(grounds, way, [broker], [broker, worker])
}

const cellsOf = (
  grounds: Grounds,
  way: Way,
  asked: readonly BenchProcess[],
  servers: readonly BenchProcess[],
): Cell[] =>
  SIZES.map((size) => {
    const unproven = { count: 0 }
    const load = bothOf(
      asked.map(({ url }) =>
        way === 'unprotected' ? bare(grounds, url, size) : signed({ grounds, unproven }, url, size),
      ),
    )
    grounds.onClose(() => load.close())
    const databaseCpuMs = way === 'unprotected' ? () => 0 : grounds.databaseCpuMs
    const contestant: Contestant = { servers, registries: grounds.registries, databaseCpuMs, load }
    return { way, size, unproven, ...enter(contestant) }
  })

interface Signing {
  readonly grounds: Grounds
  readonly unproven: { count: number }
}

const signed = ({ grounds: { folder }, unproven }: Signing, url: string, size: Size): Load =>
  loadOn({
    url,
    contentType: 'application/xml',
    tls: tlsOf(folder, 'parties/troyan/tls'),
    next: applicationsOf(size, tlsOf(folder, 'parties/troyan/seal')),
    judge: judgeCounting(unproven),
  })

function bare({ folder }: Grounds, url: string, size: Size): Load {
  const question = Buffer.from(JSON.stringify(CITIZEN))
  return loadOn({
    url: new URL(`/fan-out/${size}`, url).href,
    contentType: 'application/json',
    tls: tlsOf(folder, 'parties/troyan/tls'),
    next: () => question,
    judge: judgeStatus,
  })
}

/** Half of the load for each of two servers. */
function bothOf(loads: readonly Load[]): Load {
  const [first, second] = loads
  if (first === undefined) throw new Error('there is nobody to load')
  if (second === undefined) return first
  const half = (whole: number): number => Math.ceil(whole / 2)
  return {
    connect: async (concurrency) => {
      await Promise.all([first, second].map((load) => load.connect(half(concurrency))))
    },
    run: async (count, concurrency) => {
      if (concurrency < 2) return first.run(count, concurrency)
      const each = await Promise.all([first, second].map((load) => load.run(half(count), half(concurrency))))
      return {
        elapsedMs: Math.max(...each.map(({ elapsedMs }) => elapsedMs)),
        latenciesMs: each.flatMap(({ latenciesMs }) => latenciesMs),
        // Of one process, which made both.
        cpuMs: Math.max(...each.map(({ cpuMs }) => cpuMs)),
      }
    },
    close: () => {
      for (const load of loads) load.close()
    },
  }
}
