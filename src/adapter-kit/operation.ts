import { join } from 'node:path'
import {
  AdapterFault,
  type OpenAdapter,
  type OpenOptions,
  type OperationHandler,
  type OperationManifest,
  type RegistryEndpoint,
} from './adapter.ts'
import { type RegistryHttp, registryHttp } from './http/registry-http.ts'
import { type RegistrySql, registrySql } from './sql/registry-sql.ts'

/** What an operation is opened with. */
export interface OperationTools {
  /** Where the registry is, and the certificate and key by which edno proves itself to it. */
  readonly endpoint: RegistryEndpoint
  /** Connections to it over HTTPS, shared by the operations of the adapter. */
  readonly http: RegistryHttp
  /** Connections to it where it is a database. */
  readonly sql: RegistrySql
  /** Of this operation. */
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
  const connections = connectionsOf(options)
  const operations = options.manifest.operations.map((manifest): [string, OperationHandler] => {
    const key = `${manifest.id}@${manifest.version}`
    const maker = makers[key]
    if (maker === undefined) throw new AdapterFault('unavailable', `the adapter has no handler for ${key}`)
    return [key, maker({ ...connections.tools, manifest, folder: join(options.folder, manifest.folder) })]
  })
  return Promise.resolve({
    operations: Object.fromEntries(operations),
    [Symbol.asyncDispose]: () => connections.close(),
  })
}

/** Neither connects before its first question. */
function connectionsOf({ endpoint, manifest }: OpenOptions) {
  const isDatabase = /^postgres(ql)?:/.test(endpoint.url)
  const http = registryHttp(isDatabase ? { ...endpoint, url: 'https://none.invalid' } : endpoint)
  const sql = registrySql(endpoint, Math.max(...manifest.operations.map(({ timeoutMs }) => timeoutMs)))
  return {
    tools: { endpoint, http, sql },
    close: async (): Promise<void> => {
      await Promise.all([http[Symbol.asyncDispose](), sql[Symbol.asyncDispose]()])
    },
  }
}

/** What may leave the adapter: the fields asked for, and the one by which edno knows whose data it is. */
export const askedPaths = (fields: readonly string[], { subject }: OperationManifest): readonly string[] =>
  subject === 'none' || subject.answer === undefined ? fields : [...fields, subject.answer]
