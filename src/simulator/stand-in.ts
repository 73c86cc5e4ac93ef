import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { AdapterManifest, OperationManifest } from '../adapter-kit/adapter.ts'
import { type RegixMap, readRegixMap } from '../adapter-kit/regix/regix-map.ts'
import type { StandIn, StandInHandler, StandInRoute } from '../adapter-kit/simulator.ts'
import { BrokenCast } from './broken-cast.ts'

/** One operation as its registry's stand-in offers it. */
export interface HostedOperation {
  readonly key: string
  readonly manifest: OperationManifest
  readonly handler: StandInHandler
  readonly wire:
    | { readonly kind: 'regix'; readonly map: RegixMap }
    | { readonly kind: 'rest'; readonly route: StandInRoute }
}

export interface HostedRegistry {
  readonly id: string
  readonly operations: readonly HostedOperation[]
}

/** Finds the stand-ins of all adapters, or of those named, by their manifests. */
export async function loadStandIns(
  adaptersFolder: string,
  wanted?: readonly string[],
): Promise<readonly HostedRegistry[]> {
  const ids = readdirSync(adaptersFolder).filter(
    (id) => wanted?.includes(id) !== false && existsSync(join(adaptersFolder, id, 'adapter.json')),
  )
  return Promise.all(ids.sort().map((id) => loadStandIn(adaptersFolder, id)))
}

async function loadStandIn(adaptersFolder: string, id: string): Promise<HostedRegistry> {
  const folder = join(adaptersFolder, id)
  const manifest = JSON.parse(readFileSync(join(folder, 'adapter.json'), 'utf8')) as AdapterManifest
  const module = (await import(standInCode(adaptersFolder, id))) as { readonly default: StandIn }
  return { id, operations: manifest.operations.map((operation) => hosted(operation, manifest, folder, module.default)) }
}

/** Sources run from the adapters' folder; compiled, the code stands beside this file's, and the data where it was. */
function standInCode(adaptersFolder: string, id: string): string {
  const extension = extname(fileURLToPath(import.meta.url))
  const file =
    extension === '.ts'
      ? join(adaptersFolder, id, 'simulator', 'index.ts')
      : fileURLToPath(new URL(`../../adapters/${id}/simulator/index.js`, import.meta.url))
  return pathToFileURL(file).href
}

function hosted(
  manifest: OperationManifest,
  adapter: AdapterManifest,
  folder: string,
  standIn: StandIn,
): HostedOperation {
  const key = `${manifest.id}@${manifest.version}`
  const handler = standIn.operations[key]
  if (handler === undefined) throw new BrokenCast(`the stand-in of ${adapter.id} has no ${key}`)
  if ((manifest.transport ?? adapter.transport) === 'regix-v2') {
    return { key, manifest, handler, wire: { kind: 'regix', map: readRegixMap(join(folder, manifest.folder)) } }
  }
  const route = standIn.rest?.[key]
  if (route === undefined) throw new BrokenCast(`the stand-in of ${adapter.id} has no route for ${key}`)
  return { key, manifest, handler, wire: { kind: 'rest', route } }
}
