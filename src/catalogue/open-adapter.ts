import type { OpenAdapter, RegistryEndpoint } from '../adapter-kit/adapter.ts'
import type { AdapterEntry } from './entries.ts'
import { openIsolated } from './isolated-adapter.ts'

/** The open adapter, or why it does not open. */
export async function openAdapter(entry: AdapterEntry, endpoint: RegistryEndpoint): Promise<OpenAdapter | string> {
  const { module, folder, manifest } = entry
  try {
    const adapter =
      manifest.isolation === 'worker'
        ? await openIsolated(entry, endpoint)
        : await module.open({ endpoint, folder, manifest })
    const missing = manifest.operations
      .map(({ id, version }) => `${id}@${version}`)
      .filter((key) => !Object.hasOwn(adapter.operations, key))
    if (missing.length === 0) return adapter
    await adapter[Symbol.asyncDispose]()
    return `has no handler for ${missing.join(', ')}`
  } catch (error) {
    return `cannot be opened: ${error instanceof Error ? error.message : 'unknown reason'}`
  }
}
