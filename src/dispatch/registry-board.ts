/** A registry that is taken for dead, as all processes see it. */
export interface OpenBreaker {
  /** How often in a row it was found dead. */
  readonly opened: number
  /** Milliseconds until one question may go out to see; zero or less: now. */
  readonly retryInMs: number
}

/** How fast a registry may be asked, as its owner says. */
export interface Rate {
  readonly perSecond?: number
  readonly perMinute?: number
}

/** What one process has out and would like to have out at once. */
export interface SlotsWanted {
  /** What the owner of the registry says, for all processes. */
  readonly most: number
  readonly used: number
  readonly wanted: number
}

/** How many questions of this process may be out; below `used` no new one begins. */
export interface Slots {
  readonly allowed: number
  /** Others lack some. */
  readonly contested: boolean
}

/**
 * What all processes know together of the registries. Every method fails with `broker.log-unavailable` where the database
 * is gone; then nothing has changed.
 */
export interface RegistryBoard {
  /** The registries that are taken for dead. */
  readonly read: () => Promise<ReadonlyMap<string, OpenBreaker>>
  /** Takes it for dead; where it is already, nothing changes. */
  readonly open: (registry: string, waitMs: number) => Promise<void>
  /** True for the one process that may ask it now, to see whether it is back; its turn ends by itself. */
  readonly takeProbe: (registry: string, leaseMs: number) => Promise<boolean>
  /** It is back. Only whoever holds the probe may say so. */
  readonly close: (registry: string) => Promise<void>
  /** It is not. Only whoever holds the probe may say so. */
  readonly reopen: (registry: string, waitMs: number) => Promise<void>
  /** Milliseconds until this question's turn, which is its own from now on; `undefined`, and no turn, where that is too long. */
  readonly takeTurn: (registry: string, rate: Rate, patienceMs: number) => Promise<number | undefined>
  /** Milliseconds until the next turn, which is nobody's. */
  readonly turnIn: (registry: string, rate: Rate) => Promise<number>
  /** This process's part of the questions that may be out at once; with nothing used and wanted it claims none any more. */
  readonly shareSlots: (registry: string, wanted: SlotsWanted) => Promise<Slots>
}
