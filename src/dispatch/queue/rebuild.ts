import { takeAllWaiting } from '../../store/queued-calls.ts'
import type { Executor } from '../../store/tables/tables.ts'
import type { CallQueue } from './call-queue.ts'

export interface Rebuilt {
  readonly registry: string
  /** Jobs that stood in its queue. */
  readonly thrown: number
  /** Jobs that stand there now: one for each call that waits. */
  readonly put: number
}

/** A call that runs while this is done loses its job and nothing else: its row says who runs it. */
export async function rebuildQueue(
  db: Executor,
  queue: CallQueue,
  registries: readonly string[],
  now: Date,
): Promise<readonly Rebuilt[]> {
  const thrown = new Map<string, number>()
  for (const registry of registries) {
    const { waiting, delayed, active, failed } = await queue.counts(registry)
    thrown.set(registry, waiting + delayed + active + failed)
    await queue.empty(registry)
  }
  const rows = await takeAllWaiting(db, now)
  await queue.add(
    rows.map(({ due_at, ...row }) => ({ ...row, delayMs: Math.max(0, due_at.getTime() - now.getTime()) })),
  )
  const all = new Set([...registries, ...rows.map(({ registry }) => registry)])
  return [...all].map((registry) => ({
    registry,
    thrown: thrown.get(registry) ?? 0,
    put: rows.filter((row) => row.registry === registry).length,
  }))
}
