import {
  closeBreaker,
  openBreaker,
  openBreakers,
  reopenBreaker,
  shareSlots,
  takeProbe,
  takeTurn,
  turnIn,
} from '../store/breakers.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { RegistryBoard } from './registry-board.ts'

export interface StoreBoardOptions {
  readonly db: Executor
  /** Number of this process. */
  readonly owner: number
}

/** The board of all processes on one database, by the clock of the database. */
export const storeBoard = ({ db, owner }: StoreBoardOptions): RegistryBoard => ({
  read: async () => new Map((await openBreakers(db)).map(({ registry, ...open }) => [registry, open])),
  open: (registry, waitMs) => openBreaker(db, registry, waitMs),
  takeProbe: (registry, leaseMs) => takeProbe(db, registry, { owner, leaseMs }),
  close: (registry) => closeBreaker(db, registry, owner),
  reopen: (registry, waitMs) => reopenBreaker(db, registry, { owner, waitMs }),
  takeTurn: (registry, rate, patienceMs) => takeTurn(db, registry, { ...rate, patienceMs }),
  turnIn: (registry, rate) => turnIn(db, registry, rate),
  shareSlots: (registry, wanted) => shareSlots(db, registry, { ...wanted, owner }),
})
