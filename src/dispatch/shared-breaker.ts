import { ConsecutiveBreaker } from 'cockatiel'
import type { DispatchLog } from './ports.ts'
import type { OpenBreaker, RegistryBoard } from './registry-board.ts'

/** What an attempt says of its registry; `unknown` where it says nothing (it is busy, or the adapter is defective). */
export type Sign = 'alive' | 'dead' | 'unknown'

/**
 * May the registry be asked? `due`: by one, to see whether it is back. `probe`: by this one, and all wait for what becomes of it.
 */
export type Passage = { readonly kind: 'closed' | 'due' | 'probe' } | { readonly kind: 'open'; readonly waitMs: number }

export interface SharedBreaker {
  /** As things stand, without taking a turn. */
  readonly look: () => Promise<Passage>
  /** As `look`, and takes the probe where it is due and nobody has it; `due` comes back as one of the others. */
  readonly enter: (leaseMs: number) => Promise<Passage>
  /** What became of it. Never fails: a database that is away opens and closes nothing. */
  readonly leave: (passage: Passage, sign: Sign) => Promise<void>
}

export interface BreakerNeeds {
  readonly registry: string
  readonly board: RegistryBoard
  readonly view: BoardView
  readonly log: DispatchLog
}

/** So many attempts one after the other that say dead, of calls each of which counts once. */
const DEAD_AFTER = 5
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000

/**
 * The breaker of one registry. Signs are counted in each process (cockatiel's `ConsecutiveBreaker`); that it is open, since
 * when, and who may look whether the registry is back, is one row for all processes, so that ten of them do not each
 * find out for themselves. cockatiel's own policy keeps that state in the process, and so is not used.
 */
export function sharedBreaker({ registry, board, view, log }: BreakerNeeds): SharedBreaker {
  const signs = new ConsecutiveBreaker(DEAD_AFTER)
  const look = async (): Promise<Passage> => {
    const open = (await view.get()).get(registry)
    if (open === undefined) return { kind: 'closed' }
    return open.retryInMs > 0 ? { kind: 'open', waitMs: open.retryInMs } : { kind: 'due' }
  }
  const quietly = async (change: () => Promise<void>, told: string): Promise<void> => {
    try {
      await change()
      view.forget()
      log.warn(told, { registry })
    } catch {
      log.warn('what is known of a registry could not be shared', { registry })
    }
  }
  const found = async (): Promise<void> => {
    if (!signs.failure()) return
    await quietly(async () => {
      await board.open(registry, FIRST_WAIT_MS)
      signs.success()
    }, 'a registry is taken for dead: nobody asks it for a while')
  }
  return {
    look,
    enter: async (leaseMs) => {
      const seen = await look()
      if (seen.kind !== 'due') return seen
      const mine = await board.takeProbe(registry, leaseMs).catch(() => false)
      view.forget()
      return mine ? { kind: 'probe' } : { kind: 'open', waitMs: 0 }
    },
    leave: async ({ kind }, sign) => {
      if (kind === 'probe') await (sign === 'alive' ? back() : stillDead())
      else if (sign === 'dead') await found()
      else if (sign === 'alive') signs.success()
    },
  }

  function back(): Promise<void> {
    signs.success()
    return quietly(() => board.close(registry), 'a registry answers again')
  }

  async function stillDead(): Promise<void> {
    const opened = (await view.get()).get(registry)?.opened ?? 1
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** opened)
    await quietly(() => board.reopen(registry, waitMs), 'a registry is still taken for dead')
  }
}

/** What the board says, read at most once in `MAX_AGE_MS`, however many ask. */
export interface BoardView {
  readonly get: () => Promise<ReadonlyMap<string, OpenBreaker>>
  /** It changed: the next look reads it again. */
  readonly forget: () => void
}

const MAX_AGE_MS = 500

export function boardView(board: RegistryBoard, now: () => number = () => performance.now()): BoardView {
  let seen: ReadonlyMap<string, OpenBreaker> = new Map()
  let at = Number.NEGATIVE_INFINITY
  let changes = 0
  let reading: Promise<void> | undefined
  const read = async (): Promise<void> => {
    const before = changes
    try {
      seen = await board.read()
    } catch {
      // The database is away: what was known last stands, and is asked for again as rarely as ever.
    } finally {
      at = before === changes ? now() : Number.NEGATIVE_INFINITY
      reading = undefined
    }
  }
  return {
    get: async () => {
      if (now() - at >= MAX_AGE_MS) await (reading ??= read())
      const age = Number.isFinite(at) ? now() - at : 0
      return new Map([...seen].map(([name, open]) => [name, { ...open, retryInMs: open.retryInMs - age }]))
    },
    forget: () => {
      changes += 1
      at = Number.NEGATIVE_INFINITY
    },
  }
}
