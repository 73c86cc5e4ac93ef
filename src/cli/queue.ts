import { loadRules } from '../app/rules.ts'
import { type Rebuilt, rebuildQueue } from '../dispatch/queue/rebuild.ts'
import { openQueue } from '../dispatch/queue/open-queue.ts'
import { systemClock } from '../ops/clock.ts'
import { beside } from './beside.ts'
import { fill } from './demo/words.ts'
import { type Output, output } from './output.ts'
import { settings } from './settings.ts'

export interface RebuildOptions {
  readonly json?: boolean
  readonly lang?: string
}

const WORDS = {
  queue: { bg: '{}: {} задачи изхвърлени, {} поставени', en: '{}: {} jobs thrown away, {} put' },
  all: {
    bg: 'Опашката е построена наново от редовете: {} задачи.',
    en: 'The queue is built anew from the rows: {} jobs.',
  },
} as const

/** Throws away what stands in the queues, and puts a job for every call that waits by its row. */
export async function rebuild(options: RebuildOptions): Promise<void> {
  const config = settings()
  const out = output(options.lang)
  const { catalogue } = await loadRules(config)
  const registries = [...catalogue.adapters.keys()]
  const rebuilt = await beside(config, async (rows) => {
    const queue = await openQueue({
      store: rows,
      rebuildable: true,
      workers: 0,
      ...(config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl.reveal() }),
      onError: () => undefined,
    })
    try {
      return await rebuildQueue(rows.db, queue, registries, systemClock())
    } finally {
      await queue.close()
    }
  })
  if (options.json === true) out.json({ queues: rebuilt })
  else print(rebuilt, out)
}

function print(rebuilt: readonly Rebuilt[], out: Output): void {
  for (const { registry, thrown, put } of rebuilt)
    if (thrown + put > 0) out.line(fill(out.text(WORDS.queue), registry, thrown, put))
  const all = rebuilt.reduce((sum, { put }) => sum + put, 0)
  out.line(fill(out.text(WORDS.all), all))
}
