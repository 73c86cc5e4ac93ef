import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readText } from './lock.ts'
import { placesBelow } from './places.ts'

/** In the data folder: which folder its database has elsewhere. */
const MARK = 'database-elsewhere'

/**
 * The folder below `parent` for the database of a data folder. Of a data folder that stands where another stood before it is another
 * folder: the keys that belong to the older database went with the older data folder. Two checkouts never share one, also where one
 * is a copy of the other.
 */
export async function elsewhereFor(dataDirectory: string, parent: string): Promise<string> {
  const place = placeOf(dataDirectory)
  const marked = await markOf(dataDirectory)
  if (marked !== undefined) return join(parent, marked)
  const ownName = `${place}-${randomBytes(4).toString('hex')}`
  return join(parent, (await isUnmarked(dataDirectory, join(parent, place))) ? place : ownName)
}

const placeOf = (dataDirectory: string): string => createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16)

/** Made for this data folder before there were marks: it is the younger of the two. */
async function isUnmarked(dataDirectory: string, home: string): Promise<boolean> {
  const [data, cluster] = [await bornAt(dataDirectory), await bornAt(placesBelow(home).cluster)]
  return data !== undefined && cluster !== undefined && data <= cluster
}

/** Says in the data folder where its database is; of two starters the first decides for both. @returns where it is. */
export async function keepElsewhere(dataDirectory: string, chosen: string): Promise<string> {
  await mkdir(dataDirectory, { recursive: true })
  const mark = join(dataDirectory, MARK)
  const draft = `${mark}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, basename(chosen), { flag: 'wx', mode: 0o644 })
  try {
    // It appears together with its content, or not at all.
    await link(draft, mark)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // One that was copied with a data folder from another place says nothing of this one.
    if ((await markOf(dataDirectory)) === undefined) await rename(draft, mark)
  } finally {
    await rm(draft, { force: true })
  }
  return join(chosen, '..', (await markOf(dataDirectory)) ?? basename(chosen))
}

const markOf = async (dataDirectory: string): Promise<string | undefined> => {
  const name = basename((await readText(join(dataDirectory, MARK)))?.trim() ?? '')
  return name.startsWith(placeOf(dataDirectory)) ? name : undefined
}

/** Milliseconds; undefined where it is not there. */
const bornAt = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ birthtimeMs }) => birthtimeMs,
    () => undefined,
  )
