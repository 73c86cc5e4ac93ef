import type { RegistryBoard, Slots } from './registry-board.ts'

/** Questions of one registry that may be out at once, over all processes. */
export interface SharedSlots {
  /** Runs `work` in one of them; `undefined` where the deadline came before there was one. Without a number there is one for everybody. */
  readonly within: <T>(
    wish: { readonly most: number | undefined; readonly deadline: AbortSignal },
    work: () => Promise<T>,
  ) => Promise<T | undefined>
}

/** So often the part of this process is looked at while it asks; and while anybody lacks slots. */
const CALM_MS = 500
const CONTESTED_MS = 100

const NONE: Slots = { allowed: 0, contested: false }

/**
 * Counted in the process, so that a question costs no statement: how many it may have out is agreed with the others some times a second
 * (`RegistryBoard.shareSlots`). cockatiel's bulkhead has one size for ever, and so is not used.
 */
export function sharedSlots(registry: string, board: RegistryBoard): SharedSlots {
  const slots = new SlotsOfOne(registry, board)
  return {
    within: async ({ most, deadline }, work) => {
      if (most === undefined) return work()
      if (!(await slots.take(most, deadline))) return undefined
      try {
        return await work()
      } finally {
        slots.give()
      }
    },
  }
}

class SlotsOfOne {
  readonly #registry: string
  readonly #board: RegistryBoard
  #most = 0
  #slots = NONE
  #out = 0
  /** The most that were out or waited since the others were told. */
  #peak = 0
  /** What the others were told last. */
  #told = 0
  readonly #waiting = new Set<(taken: boolean) => void>()
  #telling = false
  /** What is out by the word that is on its way. */
  #said = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(registry: string, board: RegistryBoard) {
    this.#registry = registry
    this.#board = board
  }

  async take(most: number, deadline: AbortSignal): Promise<boolean> {
    if (deadline.aborted) return false
    this.#most = most
    this.#peak = Math.max(this.#peak, this.#wanted() + 1)
    if (this.#waiting.size === 0 && this.#out < this.#free()) {
      this.#out += 1
      return true
    }
    const taken = this.#wait(deadline)
    // Whoever was given less than it wanted has no use for asking again at once.
    if (this.#told <= this.#slots.allowed) void this.#tell()
    return taken
  }

  give(): void {
    const tooMany = this.#out > this.#free()
    this.#out -= 1
    this.#admit()
    // Others wait for it.
    if (this.#slots.contested && (tooMany || this.#wanted() === 0)) void this.#tell()
  }

  #wanted(): number {
    return this.#out + this.#waiting.size
  }

  /** The owner may say less at any moment. While the others are told what is out, no more goes out than they are told. */
  #free(): number {
    return Math.min(this.#most, this.#slots.allowed, this.#said)
  }

  async #wait(deadline: AbortSignal): Promise<boolean> {
    let onDeadline: () => void = () => undefined
    try {
      return await new Promise<boolean>((resolve) => {
        this.#waiting.add(resolve)
        onDeadline = (): void => {
          // One that has its slot keeps it, and gives it back.
          if (this.#waiting.delete(resolve)) resolve(false)
        }
        deadline.addEventListener('abort', onDeadline, { once: true })
      })
    } finally {
      deadline.removeEventListener('abort', onDeadline)
    }
  }

  #admit(): void {
    for (const resolve of this.#waiting) {
      if (this.#out >= this.#free()) return
      this.#waiting.delete(resolve)
      this.#out += 1
      resolve(true)
    }
  }

  /** One statement at a time; what is wanted since it left is told by the next one. */
  async #tell(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    clearTimeout(this.#timer)
    let heard: boolean
    do heard = await this.#tellOnce()
    while (heard && this.#told < this.#wanted() && this.#told <= this.#slots.allowed)
    this.#telling = false
    // Nothing was out, and nothing waited: it claims none any more.
    if (heard && this.#told === 0) return
    const lacks = heard && (this.#slots.contested || this.#waiting.size > 0)
    this.#timer = setTimeout(() => void this.#tell(), lacks ? CONTESTED_MS : CALM_MS).unref()
  }

  async #tellOnce(): Promise<boolean> {
    const used = this.#out
    const wanted = this.#slots.contested ? this.#wanted() : Math.max(this.#peak, this.#wanted())
    this.#peak = this.#wanted()
    this.#told = wanted
    this.#said = used
    try {
      this.#slots = await this.#board.shareSlots(this.#registry, { most: this.#most, used, wanted })
      return true
    } catch {
      // The database is away, and may have heard it or not: what was told is what it surely leaves to this process.
      this.#slots = { allowed: Math.min(this.#slots.allowed, used), contested: this.#slots.contested }
      return false
    } finally {
      this.#said = Number.POSITIVE_INFINITY
      this.#admit()
    }
  }
}
