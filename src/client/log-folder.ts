import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogSource } from '../exchange-log/log-source.ts'

/** Beside the newest head: one of each size that was exported. */
export const OLDER_HEAD = /^checkpoint\.(0|[1-9]\d{0,15})$/

/** A log in a folder, as it was exported or copied. */
export const logFolder = (folder: string): LogSource => ({
  read: (path) => readIfThere(join(folder, path)),
  olderHeads: async () => {
    const names = (await readdir(folder)).filter((name) => OLDER_HEAD.test(name))
    return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  },
})

export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    // Also where a file stands in the place of a folder.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw error
  }
}
