import pg from 'pg'
import { applicationsOf, writeGovernance } from '../fan-out/sizes.ts'
import { enter, type Entrant, measure, type Measured, type Round, summary } from '../contest.ts'
import { judgeAnswer } from '../exchange.bench.ts'
import { Grounds } from '../grounds.ts'
import { tlsOf } from '../keys.ts'
import { loadOn } from '../load.ts'
import type { BenchOptions } from '../options.ts'
import { fill } from './fill.ts'

export interface GrowthBench {
  readonly young: Measured
  readonly old: Measured
  readonly youngSize: StoreSize
  readonly oldSize: StoreSize
  readonly fillSeconds: number
}

/** What stood in the store when it was measured first. */
export interface StoreSize {
  readonly exchanges: number
  readonly entries: number
  readonly megabytes: number
}

const YOUNG = 1000
const OLD = 50_000
const CALLS = 3
/** Run really, on each store, before it is filled with copies of them; and again, once it is full. */
const PATTERNS: Round = { count: 100, concurrency: 8 }
const ROUNDS = 12
const BUSY: Round = { count: 32, concurrency: 8 }
const ALONE: Round = { count: 24, concurrency: 1 }

/** Real exchanges on a young store and on an old one, in rounds that alternate. */
export const growthBench = ({ exchanges = OLD, rounds = ROUNDS }: BenchOptions): Promise<GrowthBench> =>
  Grounds.during(async (grounds) => {
    const governance = writeGovernance(grounds.folder)
    const started = performance.now()
    const young = await stored(grounds, governance, { name: 'young', exchanges: YOUNG })
    const old = await stored(grounds, governance, { name: 'old', exchanges })
    const fillSeconds = (performance.now() - started) / 1000
    for (let round = 0; round < rounds; round += 1)
      // Whoever comes second finds what the first left to do in the background: they take turns.
      for (const { entrant } of round % 2 === 0 ? [young, old] : [old, young]) {
        await measure(entrant, 'busy', BUSY)
        await measure(entrant, 'alone', ALONE)
      }
    return {
      young: summary(young.entrant),
      old: summary(old.entrant),
      youngSize: young.size,
      oldSize: old.size,
      fillSeconds,
    }
  })

interface Stored {
  readonly entrant: Entrant
  readonly size: StoreSize
}

async function stored(
  grounds: Grounds,
  governance: ReturnType<typeof writeGovernance>,
  { name, exchanges }: { readonly name: string; readonly exchanges: number },
): Promise<Stored> {
  const { folder, registries, databaseCpuMs } = grounds
  const databaseUrl = await grounds.database(name)
  const broker = await grounds.start('broker', { governance, databaseUrl })
  const load = loadOn({
    url: broker.url,
    contentType: 'application/xml',
    tls: tlsOf(folder, 'parties/troyan/tls'),
    next: applicationsOf(CALLS, tlsOf(folder, 'parties/troyan/seal')),
    judge: judgeAnswer,
  })
  grounds.onClose(() => load.close())
  await load.run(PATTERNS.count, PATTERNS.concurrency)
  await fill(databaseUrl, Math.max(0, exchanges - PATTERNS.count * 2))
  await load.run(PATTERNS.count, PATTERNS.concurrency)
  const entrant = enter({ servers: [broker], registries, databaseCpuMs, load })
  return { entrant, size: await sizeOf(databaseUrl) }
}

async function sizeOf(databaseUrl: string): Promise<StoreSize> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Record<keyof StoreSize, string>>(`
      select (select count(*) from exchange) as exchanges, (select count(*) from log_entry where index is not null) as entries,
        pg_database_size(current_database()) / 1048576 as megabytes`)
    const [row] = rows
    return {
      exchanges: Number(row?.exchanges),
      entries: Number(row?.entries),
      megabytes: Number(row?.megabytes),
    }
  } finally {
    await client.end()
  }
}
