import { join } from 'node:path'
import {
  AdapterFault,
  type OpenAdapter,
  type OpenOptions,
  type OperationHandler,
  type OperationManifest,
} from './adapter.ts'
import { type RegistryHttp, registryHttp } from './http/registry-http.ts'

/** What an operation is opened with. */
export interface OperationTools {
  readonly http: RegistryHttp
  readonly manifest: OperationManifest
  /** Absolute folder of the operation. */
  readonly folder: string
}

/** Made once when the adapter opens; a mistake in the operation's files is found then and not at the first call. */
export type OperationMaker = (tools: OperationTools) => OperationHandler

/** Opens an adapter: one set of connections, one handler for each operation of the manifest (keys are `id@version`). */
export function openAdapter(
  options: OpenOptions,
  makers: Readonly<Record<string, OperationMaker>>,
): Promise<OpenAdapter> {
  const http = registryHttp(options.endpoint)
  const operations = options.manifest.operations.map((manifest): [string, OperationHandler] => {
    const key = `${manifest.id}@${manifest.version}`
    const maker = makers[key]
    if (maker === undefined) throw new AdapterFault('unavailable', `the adapter has no handler for ${key}`)
    return [key, maker({ http, manifest, folder: join(options.folder, manifest.folder) })]
  })
  return Promise.resolve({
    operations: Object.fromEntries(operations),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  })
}

/** What may leave the adapter: the fields asked for, and the one by which edno knows whose data it is. */
export const askedPaths = (fields: readonly string[], manifest: OperationManifest): readonly string[] =>
  manifest.subject.answer === undefined ? fields : [...fields, manifest.subject.answer]
