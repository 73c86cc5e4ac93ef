import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { AdapterManifest, OperationInput, OperationManifest } from '../adapter-kit/adapter.ts'
import { readExamples } from '../adapter-kit/examples.ts'
import { lendKit } from '../adapter-kit/lend-kit.ts'
import { type RegixMap, readRegixMap } from '../adapter-kit/regix/regix-map.ts'
import { standInRoute } from '../adapter-kit/rest/mapped-rest-operation.ts'
import { readRestMap } from '../adapter-kit/rest/rest-map.ts'
import type { StandIn, StandInHandler, StandInRoute, StandInSoap } from '../adapter-kit/simulator.ts'
import { readSqlMap, type SqlMap } from '../adapter-kit/sql/sql-map.ts'
import { BrokenCast } from './broken-cast.ts'

/** One operation as its registry's stand-in offers it. */
export interface HostedOperation {
  readonly key: string
  readonly manifest: OperationManifest
  readonly handler: StandInHandler
  /** What its examples ask and find. */
  readonly examples: readonly OperationInput[]
  readonly wire:
    | { readonly kind: 'regix'; readonly map: RegixMap }
    | { readonly kind: 'rest'; readonly route: StandInRoute }
    | { readonly kind: 'soap'; readonly door: StandInSoap }
    | { readonly kind: 'sql'; readonly map: SqlMap }
}

export interface HostedRegistry {
  readonly id: string
  readonly operations: readonly HostedOperation[]
}

export interface StandInPlaces {
  /** Folder whose subfolders are edno's adapters. */
  readonly adaptersFolder: string
  /** Folders of other adapters. */
  readonly alsoFolders?: readonly string[]
  /** Ids; absent: all. */
  readonly registries?: readonly string[]
}

/** Finds the stand-ins of all adapters, or of those named, by their manifests. */
export async function loadStandIns(places: StandInPlaces): Promise<readonly HostedRegistry[]> {
  const { adaptersFolder, alsoFolders = [], registries } = places
  const own = existsSync(adaptersFolder) ? readdirSync(adaptersFolder).sort() : []
  const folders = [...own.map((id) => join(adaptersFolder, id)), ...alsoFolders]
    .filter((folder) => existsSync(join(folder, 'adapter.json')))
    .map((folder) => ({ folder, manifest: manifestOf(folder) }))
    .filter(({ manifest }) => registries?.includes(manifest.id) !== false)
  return Promise.all(
    folders.map(({ folder, manifest }) => loadStandIn(folder, manifest, dirname(folder) === adaptersFolder)),
  )
}

const manifestOf = (folder: string): AdapterManifest =>
  JSON.parse(readFileSync(join(folder, 'adapter.json'), 'utf8')) as AdapterManifest

async function loadStandIn(folder: string, manifest: AdapterManifest, own: boolean): Promise<HostedRegistry> {
  const code = standInCode(folder, own)
  const standIn = code === undefined ? { operations: {} } : await importStandIn(code)
  const operations = manifest.operations.map((operation) => hosted(operation, manifest, folder, standIn))
  return { id: manifest.id, operations }
}

async function importStandIn(file: string): Promise<StandIn> {
  lendKit()
  const module = (await import(pathToFileURL(file).href)) as { readonly default: StandIn }
  return module.default
}

/** Sources run from the adapter's folder; compiled, edno's own stand beside this file's, and their data where it was. */
function standInCode(folder: string, own: boolean): string | undefined {
  const source = join(folder, 'simulator', 'index')
  const compiled = fileURLToPath(new URL(`../../adapters/${basename(folder)}/simulator/index.js`, import.meta.url))
  const places =
    extname(fileURLToPath(import.meta.url)) === '.ts'
      ? [`${source}.ts`, `${source}.js`]
      : [`${source}.js`, ...(own ? [compiled] : [])]
  return places.find((place) => existsSync(place))
}

function hosted(
  manifest: OperationManifest,
  adapter: AdapterManifest,
  adapterFolder: string,
  standIn: StandIn,
): HostedOperation {
  const key = `${manifest.id}@${manifest.version}`
  const folder = join(adapterFolder, manifest.folder)
  const examples = existsSync(join(folder, 'examples')) ? readExamples(folder) : []
  const wire = wireOf({ key, folder, transport: manifest.transport ?? adapter.transport }, standIn)
  if (wire === undefined) throw new BrokenCast(`the stand-in of ${adapter.id} has no route for ${key}`)
  const handler = standIn.operations[key] ?? examplesHandler(examples)
  return { key, manifest, handler, wire, examples: examples.map(({ input }) => input) }
}

/** Knows what the examples know. */
const examplesHandler =
  (examples: ReturnType<typeof readExamples>): StandInHandler =>
  (input) => {
    const entries = Object.entries(input)
    const found = examples.find((example) => entries.every(([name, value]) => example.input[name] === value))
    return found?.evidence as object | undefined
  }

interface Wired {
  readonly key: string
  readonly folder: string
  readonly transport: AdapterManifest['transport']
}

function wireOf({ key, folder, transport }: Wired, standIn: StandIn): HostedOperation['wire'] | undefined {
  if (transport === 'regix-v2') return { kind: 'regix', map: readRegixMap(folder) }
  if (transport === 'sql') return { kind: 'sql', map: readSqlMap(folder) }
  const door = standIn.soap?.[key]
  if (transport === 'soap') return door && { kind: 'soap', door }
  const coded = standIn.rest?.[key]
  const route = coded ?? (existsSync(join(folder, 'rest.json')) ? standInRoute(readRestMap(folder)) : undefined)
  return route && { kind: 'rest', route }
}
