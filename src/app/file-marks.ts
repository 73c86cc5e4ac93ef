import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Party } from '../policy/governance.ts'

/** Places of the operator's rules → a mark that changes when a file there is written, added or removed. */
export type FileMarks = Readonly<
  Record<'parties' | 'grants' | 'legalBases' | 'services' | 'trust' | 'certificates' | 'adapters' | 'settings', string>
>

const markOf = (file: string): string => {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? `${file} -` : `${file} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
}

const folderMark = (folder: string): string => {
  try {
    return readdirSync(folder)
      .toSorted()
      .map((name) => markOf(join(folder, name)))
      .join('\n')
  } catch {
    return `${folder} -`
  }
}

/** Packages and what begins with a dot are no files of an adapter; nothing of an adapter lies deeper than its examples. */
function treeMark(folder: string, depth = 0): string {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
      .map((entry) => {
        const path = join(folder, entry.name)
        return entry.isDirectory() && depth < DEEPEST ? treeMark(path, depth + 1) : markOf(path)
      })
      .join('\n')
  } catch {
    return `${folder} -`
  }
}

const DEEPEST = 4

/** Looks at the files without opening them: cheap enough for twice a second. */
export function fileMarks(config: Config, parties: Iterable<Party>, settingsFile?: string): FileMarks {
  const { governance, dataDirectory, adaptersFolder, adapters } = config
  const certificates = [...parties].flatMap((party) => [...party.certificates.tls, ...party.certificates.seal])
  return {
    parties: folderMark(governance.partiesFolder),
    grants: folderMark(governance.grantsFolder),
    legalBases: markOf(governance.legalBasesFile),
    services: folderMark(governance.servicesFolder),
    trust: folderMark(governance.trustFolder),
    adapters: [adaptersFolder, ...adapters.fromFolders].map(treeMark).join('\n'),
    settings: settingsFile === undefined ? '' : markOf(settingsFile),
    certificates: certificates.map((file) => markOf(join(dataDirectory, file))).join('\n'),
  }
}

export const isSameMarks = (one: FileMarks, other: FileMarks): boolean =>
  Object.entries(one).every(([place, mark]) => other[place as keyof FileMarks] === mark)
