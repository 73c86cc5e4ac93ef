import { openMetricsDoor } from './metrics-door.ts'
import { type LineOptions, openLine } from './line.ts'

/** A process that asks registries for others. */
export interface Worker {
  readonly served: readonly string[]
  /** Where its jobs come from. */
  readonly backend: 'redis' | 'postgres'
  /** Where a program on this machine reads the metrics, if anywhere. */
  readonly metricsUrl?: string
  /** Of each of its queues, now. */
  readonly counts: () => Promise<Readonly<Record<string, { readonly waiting: number; readonly active: number }>>>
  readonly reload: () => Promise<unknown>
  /** Takes no more jobs, lets questions end within a bound, closes everything. */
  readonly close: () => Promise<void>
}

/** The line without doors, for these registries; none named: for all. */
export async function createWorker(options: LineOptions, registries: readonly string[]): Promise<Worker> {
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    const { has, served, queue, keeper } = await openLine(options, { worksFor: registries }, opened)
    await has.store.requireConnections(options.onNotice)
    const metricsUrl = await openMetricsDoor(options.config, has.metrics, opened)
    return {
      served: [...served],
      backend: queue.backend,
      ...(metricsUrl === undefined ? {} : { metricsUrl }),
      counts: async () =>
        Object.fromEntries(
          await Promise.all([...served].map(async (registry) => [registry, await queue.counts(registry)] as const)),
        ),
      reload: () => keeper.reload(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
