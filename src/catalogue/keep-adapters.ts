import type { LocatedMistake } from '../schema/read-yaml.ts'
import type { AdapterEntry } from './entries.ts'
import { type AdapterClaim, regixNamesIn } from './left-out.ts'
import type { LoadedAdapters } from './load-adapters.ts'

/** How the adapters of an edno that runs are replaced. */
export interface Replacing {
  /** Those in use. */
  readonly before: ReadonlyMap<string, AdapterEntry>
  /** Opens one, where it is new or other. @returns why it does not open. */
  readonly stage: (entry: AdapterEntry) => Promise<string | undefined>
}

export interface KeptAdapters {
  readonly adapters: readonly AdapterEntry[]
  /** Of those that are left out, or of which the version in use stays. */
  readonly mistakes: readonly LocatedMistake[]
  /** Of all that were refused. */
  readonly claims: readonly AdapterClaim[]
}

/** One that is not installed any more has no folder: a package manager takes the old files away before the new ones come. */
const isPackage = ({ plugged, folder }: AdapterEntry, name: string): boolean => plugged && folder.endsWith(`/${name}`)

/** What is broken does not come in; where a version of it is in use, that one stays. */
export async function keepAdapters(
  { loaded, refused }: LoadedAdapters,
  { before, stage }: Replacing,
): Promise<KeptAdapters> {
  const adapters: AdapterEntry[] = []
  const mistakes: LocatedMistake[] = refused.flatMap((one) => one.mistakes)
  const claims = refused.map(({ claim }) => claim)
  const keepOld = (old: AdapterEntry | undefined): void => {
    if (old !== undefined) adapters.push(old)
  }
  for (const entry of loaded) {
    const { id, provider } = entry.manifest
    const old = before.get(id)
    const reason = await stage(entry)
    if (reason === undefined) adapters.push(old?.digest === entry.digest ? old : entry)
    else {
      mistakes.push({ file: entry.folder, line: 1, message: `adapter ${id}: ${reason}` })
      claims.push({ registry: id, provider: provider.id, regix: regixNamesIn(entry.folder) })
      keepOld(old)
    }
  }
  for (const { name, folder } of refused)
    keepOld(
      [...before.values()].find((entry) => (folder === undefined ? isPackage(entry, name) : entry.folder === folder)),
    )
  return { adapters, mistakes, claims }
}
