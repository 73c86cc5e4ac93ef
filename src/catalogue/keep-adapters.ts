import type { LocatedMistake } from '../schema/read-yaml.ts'
import type { AdapterEntry } from './entries.ts'
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
  /** Those that are left out. */
  readonly broken: ReadonlySet<string>
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
  const broken = new Set<string>()
  const keepOld = (old: AdapterEntry | undefined, name: string): void => {
    if (old === undefined) broken.add(name)
    else adapters.push(old)
  }
  for (const entry of loaded) {
    const { id } = entry.manifest
    const old = before.get(id)
    const reason = await stage(entry)
    if (reason === undefined) adapters.push(old?.digest === entry.digest ? old : entry)
    else {
      mistakes.push({ file: entry.folder, line: 1, message: `adapter ${id}: ${reason}` })
      keepOld(old, id)
    }
  }
  for (const { name, folder } of refused)
    keepOld(
      [...before.values()].find((entry) => (folder === undefined ? isPackage(entry, name) : entry.folder === folder)),
      name,
    )
  return { adapters, mistakes, broken }
}
