import type { OpenAdapter, RegistryEndpoint } from '../adapter-kit/adapter.ts'
import type { AdapterEntry } from './entries.ts'
import { inTime } from './in-time.ts'
import { openIsolated } from './isolated-adapter.ts'

/** A thread of its own says sooner why it does not open; from sources it takes longer than any other. */
const OPENING_MS = import.meta.url.endsWith('.ts') ? 65_000 : 15_000

/** The open adapter, or why it does not open. One that never ends opening would hold up the start, and every change after it. */
export async function openAdapter(
  entry: AdapterEntry,
  endpoint: RegistryEndpoint,
  openingMs = OPENING_MS,
): Promise<OpenAdapter | string> {
  const { module, folder, manifest } = entry
  try {
    const open = (): Promise<OpenAdapter> =>
      manifest.isolation === 'worker' ? openIsolated(entry, endpoint) : module.open({ endpoint, folder, manifest })
    const adapter = await inTime(open, openingMs)
    if (adapter === undefined) return `did not open within ${openingMs} ms`
    if (typeof (adapter as Partial<OpenAdapter>)[Symbol.asyncDispose] !== 'function')
      return 'cannot be closed: what open gives has no [Symbol.asyncDispose]'
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
