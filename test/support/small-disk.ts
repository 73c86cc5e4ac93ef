import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own, small enough to be filled up: in memory, where the system lets us mount one. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** @returns why there is none, where only root may mount. */
  static async mount(megabytes: number): Promise<SmallDisk | string> {
    if (process.getuid?.() !== 0) return 'only root can mount a small disk'
    const folder = await mkdtemp(join(tmpdir(), 'edno-disk-'))
    const { status, stderr } = spawnSync(
      'mount',
      ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder],
      { encoding: 'utf8' },
    )
    if (status === 0) return new SmallDisk(folder)
    await rm(folder, { recursive: true, force: true })
    return `a small disk cannot be mounted here: ${stderr.trim()}`
  }

  get #ballast(): string {
    return join(this.folder, 'ballast')
  }

  /** Takes all that is left. */
  fill(): void {
    const file = openSync(this.#ballast, 'w')
    try {
      for (const size of [1 << 20, 1 << 12]) writeUntilFull(file, Buffer.alloc(size))
    } finally {
      closeSync(file)
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true })
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder)
    return bavail * bsize
  }

  async unmount(): Promise<void> {
    spawnSync('umount', ['-l', this.folder])
    await rm(this.folder, { recursive: true, force: true })
  }
}

function writeUntilFull(file: number, block: Buffer): void {
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
