import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogSource, StampedHead } from '../exchange-log/log-source.ts'

/** Beside the newest head: one of each size that was exported. */
export const OLDER_HEAD = /^checkpoint\.(0|[1-9]\d{0,15})$/

/** Beside the head of the same size, where that has a time stamp. */
const STAMP = /^stamp\.(0|[1-9]\d{0,15})\.tsr$/
export const stampFile = (size: number): string => `stamp.${size}.tsr`

/** A log in a folder, as it was exported or copied. */
export const logFolder = (folder: string): LogSource => ({
  read: (path) => readIfThere(join(folder, path)),
  olderHeads: async () => {
    const names = (await readdir(folder)).filter((name) => OLDER_HEAD.test(name))
    return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  },
  stampedHeads: (from) => stampedHeads(folder, from),
})

/** Sizes of the heads whose stamps lie in the folder, the smallest first. */
export async function stampedSizes(folder: string): Promise<readonly number[]> {
  const sizes = (await readdir(folder)).flatMap((name) => STAMP.exec(name)?.[1] ?? []).map(Number)
  return sizes.toSorted((a, b) => a - b)
}

/** A stamp without its head proves nothing, and is handed on as one over nothing. */
async function* stampedHeads(folder: string, from: number): AsyncGenerator<StampedHead> {
  for (const size of (await stampedSizes(folder)).filter((each) => each >= from)) {
    const note = await readIfThere(join(folder, `checkpoint.${size}`))
    yield { size, note: note?.toString('utf8') ?? '', token: await readFile(join(folder, stampFile(size))) }
  }
}

/** Small files, thousands of them, by who has nothing else to do: to read one costs less than to wait for it. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await Promise.resolve(readFileSync(file))
  } catch (error) {
    // Also where a file stands in the place of a folder.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw error
  }
}
