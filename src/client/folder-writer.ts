import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readIfThere } from './log-folder.ts'

/** Files that are on their way to the disk at once. */
const AT_ONCE = 16

/** Writes files whole or not at all: under another name first, on the disk before they get their own. */
export class FolderWriter {
  /** Files written so far. */
  written = 0
  readonly #folder: string
  readonly #pending = new Set<Promise<void>>()
  readonly #touched = new Set<string>()
  readonly #made = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Comes back when there is room for more, not when it is written; a failure is thrown by `settled`. */
  async put(path: string, bytes: Uint8Array): Promise<void> {
    const writing = this.#write(join(this.#folder, path), bytes)
    writing.catch(() => undefined)
    this.#pending.add(writing)
    if (this.#pending.size >= AT_ONCE) await this.#someDone()
  }

  async #someDone(): Promise<void> {
    const all = [...this.#pending]
    await Promise.all(all)
    for (const one of all) this.#pending.delete(one)
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
    if ((await readIfThere(file))?.equals(bytes) === true) return
    const folder = dirname(file)
    await this.#make(folder)
    const unfinished = `${file}.${process.pid}.tmp`
    try {
      const handle = await open(unfinished, 'w', 0o644)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(unfinished, file)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
    this.#touched.add(folder)
    this.written += 1
  }

  async #make(folder: string): Promise<void> {
    if (this.#made.has(folder)) return
    const first = await mkdir(folder, { recursive: true, mode: 0o755 })
    if (first !== undefined) this.#touched.add(dirname(first))
    this.#made.add(folder)
  }

  /** Everything that was put is on the disk, under its name. */
  async settled(): Promise<void> {
    await this.#someDone()
    const folders = [...this.#touched]
    this.#touched.clear()
    for (const folder of folders) await syncFolder(folder)
  }

  /** Waits for what is on its way, whatever becomes of it. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.#folder, path), { recursive: true, force: true })
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
