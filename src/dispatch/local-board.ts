import type { Rate, RegistryBoard } from './registry-board.ts'

interface Open {
  opened: number
  retryAt: number
  probeUntil: number
}

/** A board of this process alone, for where there is no store to share one. */
export function localBoard(now: () => number = () => performance.now()): RegistryBoard {
  const breakers = new Map<string, Open>()
  const turns = new Map<string, number>()
  return {
    read: () =>
      Promise.resolve(
        new Map(
          [...breakers].map(([registry, { opened, retryAt, probeUntil }]) => [
            registry,
            { opened, retryInMs: Math.max(retryAt, probeUntil) - now() },
          ]),
        ),
      ),
    open: (registry, waitMs) => {
      if (!breakers.has(registry)) breakers.set(registry, { opened: 1, retryAt: now() + waitMs, probeUntil: 0 })
      return Promise.resolve()
    },
    takeProbe: (registry, leaseMs) => {
      const open = breakers.get(registry)
      const due = open !== undefined && Math.max(open.retryAt, open.probeUntil) <= now()
      if (due) open.probeUntil = now() + leaseMs
      return Promise.resolve(due)
    },
    close: (registry) => {
      breakers.delete(registry)
      return Promise.resolve()
    },
    reopen: (registry, waitMs) => {
      const opened = (breakers.get(registry)?.opened ?? 0) + 1
      breakers.set(registry, { opened, retryAt: now() + waitMs, probeUntil: 0 })
      return Promise.resolve()
    },
    takeTurn: (registry, rate, patienceMs) =>
      Promise.resolve(takeTurn(turns, { registry, rate, patienceMs, at: now() })),
    turnIn: (registry, rate) => Promise.resolve(waitOf(bucketsOf(turns, { registry, rate, at: now() }), now())),
    shareSlots: (_registry, { most }) => Promise.resolve({ allowed: most, contested: false }),
  }
}

interface Turn {
  readonly registry: string
  readonly rate: Rate
  readonly patienceMs: number
  readonly at: number
}

/** Token buckets, kept as the moment at which each would be full again (the generic cell rate algorithm). */
function takeTurn(turns: Map<string, number>, { patienceMs, ...turn }: Turn): number | undefined {
  const buckets = bucketsOf(turns, turn)
  const waitMs = waitOf(buckets, turn.at)
  if (waitMs > patienceMs) return undefined
  for (const { name, full } of buckets) turns.set(name, full)
  return waitMs
}

interface Bucket {
  readonly name: string
  readonly periodMs: number
  /** With this turn taken. */
  readonly full: number
}

const bucketsOf = (turns: ReadonlyMap<string, number>, { registry, rate, at }: Omit<Turn, 'patienceMs'>): Bucket[] =>
  [
    { most: rate.perSecond, periodMs: 1000 },
    { most: rate.perMinute, periodMs: 60_000 },
  ].flatMap(({ most, periodMs }) => {
    const name = `${registry} ${periodMs}`
    return most === undefined ? [] : [{ name, periodMs, full: Math.max(at, turns.get(name) ?? at) + periodMs / most }]
  })

const waitOf = (buckets: readonly Bucket[], at: number): number =>
  Math.max(0, ...buckets.map(({ full, periodMs }) => full - periodMs - at))
