import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { AdapterManifest, AdapterModule } from '../adapter-kit/adapter.ts'
import { dataAdapter } from '../adapter-kit/data-adapter.ts'
import { lendKit } from '../adapter-kit/lend-kit.ts'
import { isMapped } from '../adapter-kit/read-map.ts'
import { noteAdapterCode } from './adapter-folders.ts'
import { inTime } from './in-time.ts'

/** Sources are compiled first. */
const IMPORTING_MS = import.meta.url.endsWith('.ts') ? 60_000 : 10_000

export interface AdapterCode {
  /** Absolute folder of the manifest. */
  readonly folder: string
  /** Of one of edno's own adapters, whose compiled code lies elsewhere. */
  readonly ownName: string | undefined
  readonly manifest: AdapterManifest
  /** Of all files of the folder: other code is imported anew. */
  readonly digest: string
}

/** The module, or why there is none. A folder without code is an adapter of data, where its transports allow that. */
export async function importAdapter(
  { folder, ownName, manifest, digest }: AdapterCode,
  importingMs = IMPORTING_MS,
): Promise<AdapterModule | string> {
  const file = entryFile(folder, ownName)
  if (file === undefined) return isDataOnly(manifest) ? dataAdapter : 'there is no index file beside the manifest'
  noteAdapterCode(file)
  try {
    const importing = (): Promise<Imported> =>
      import(addressOf(file, digest, ownName !== undefined)) as Promise<Imported>
    const imported = await inTime(importing, importingMs)
    if (imported === undefined) return `was not imported within ${importingMs} ms`
    const module = imported.default
    return typeof module?.open === 'function'
      ? (module as AdapterModule)
      : 'its default export is not defineAdapter({ open })'
  } catch (error) {
    return `cannot be imported: ${error instanceof Error ? error.message : 'unknown reason'}`
  }
}

interface Imported {
  readonly default?: Partial<AdapterModule>
}

const isDataOnly = ({ operations, transport }: AdapterManifest): boolean =>
  operations.every((operation) => isMapped(operation.transport ?? transport))

const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts')

/** Compiled adapters lie in the tree that this file was compiled into; their data stays beside the manifest. */
export function entryFile(folder: string, ownName: string | undefined): string | undefined {
  const compiled =
    ownName === undefined ? [] : [fileURLToPath(new URL(`../../adapters/${ownName}/index.js`, import.meta.url))]
  const places = RUNS_FROM_SOURCE
    ? [join(folder, 'index.ts'), join(folder, 'index.js')]
    : [join(folder, 'index.js'), ...compiled]
  return places.find((place) => existsSync(place))
}

/** File → the digest it was first imported with: Node keeps modules for good, so that other code needs another address. */
const imported = new Map<string, string>()

function addressOf(file: string, digest: string, isOwn: boolean): string {
  const first = imported.get(file) ?? digest
  // edno's own code imports the kit from beside it. The loan costs a thread of Node's, which whoever needs none is spared.
  if (!isOwn || first !== digest) lendKit()
  imported.set(file, first)
  const { href } = pathToFileURL(file)
  return first === digest ? href : `${href}?edno=${digest}`
}
