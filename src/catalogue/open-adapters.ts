import type { RegistryEndpoint } from '../adapter-kit/adapter.ts'
import type { Catalogue } from './entries.ts'
import { LiveAdapters } from './live-adapters.ts'
import { CatalogueRefused } from './refused.ts'

/**
 * Opens every adapter that has an endpoint (keys: adapter ids); a registry without one is unavailable. Throws
 * `CatalogueRefused` naming each of edno's own that does not open, after closing those that did; one from elsewhere is told to
 * `onBroken`, and its registry is unavailable.
 */
export async function openAdapters(
  catalogue: Pick<Catalogue, 'adapters'>,
  endpoints: ReadonlyMap<string, RegistryEndpoint>,
  onBroken: (adapter: string, reason: string) => void = () => undefined,
): Promise<LiveAdapters> {
  const adapters = new LiveAdapters()
  const mistakes: string[] = []
  for (const [id, entry] of catalogue.adapters) {
    const endpoint = endpoints.get(id)
    const reason = endpoint === undefined ? undefined : await adapters.stage(entry, endpoint)
    if (reason === undefined) continue
    if (entry.plugged) onBroken(id, reason)
    else mistakes.push(`adapter ${id}: ${reason}`)
  }
  if (mistakes.length > 0) {
    await adapters[Symbol.asyncDispose]()
    throw new CatalogueRefused(mistakes.map((message) => ({ file: 'adapters', line: 1, message })))
  }
  adapters.commit(catalogue.adapters)
  return adapters
}
