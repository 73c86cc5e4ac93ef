import {
  AdapterFault,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type OperationInput,
  type RegistryEndpoint,
} from '../adapter-kit/adapter.ts'
import { type OperationRef, registryOf } from '../model/ids.ts'
import type { AdapterEntry, Catalogue } from './entries.ts'
import { CatalogueRefused } from './refused.ts'

/** The adapters of this process, with their connections. */
export interface OpenAdapters extends AsyncDisposable {
  /** Throws `AdapterFault`, or whatever a defective adapter throws. */
  readonly ask: (operation: OperationRef, input: OperationInput, context: CallContext) => Promise<Finding>
}

/**
 * Opens every adapter that has an endpoint (keys: adapter ids); a registry without one is unavailable. Throws
 * `CatalogueRefused` naming each adapter that does not open, after closing those that did.
 */
export async function openAdapters(
  catalogue: Catalogue,
  endpoints: ReadonlyMap<string, RegistryEndpoint>,
): Promise<OpenAdapters> {
  const opened = new Map<string, OpenAdapter>()
  const mistakes: string[] = []
  for (const [id, entry] of catalogue.adapters) {
    const endpoint = endpoints.get(id)
    if (endpoint === undefined) continue
    const result = await open(entry, endpoint)
    if (typeof result === 'string') mistakes.push(`adapter ${id}: ${result}`)
    else opened.set(id, result)
  }
  const dispose = async (): Promise<void> => {
    await Promise.allSettled([...opened.values()].map((adapter) => adapter[Symbol.asyncDispose]()))
  }
  if (mistakes.length > 0) {
    await dispose()
    throw new CatalogueRefused(mistakes.map((message) => ({ file: 'adapters', line: 1, message })))
  }
  return { ask: (operation, input, context) => ask(opened, operation, input, context), [Symbol.asyncDispose]: dispose }
}

/** The open adapter, or why it does not open. */
async function open(
  { module, folder, manifest }: AdapterEntry,
  endpoint: RegistryEndpoint,
): Promise<OpenAdapter | string> {
  try {
    const adapter = await module.open({ endpoint, folder, manifest })
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

async function ask(
  opened: ReadonlyMap<string, OpenAdapter>,
  operation: OperationRef,
  input: OperationInput,
  context: CallContext,
): Promise<Finding> {
  const handler = opened.get(registryOf(operation))?.operations[operation.slice(operation.indexOf('/') + 1)]
  if (handler === undefined) throw new AdapterFault('unavailable', 'no endpoint is configured for this registry')
  return handler(input, context)
}
