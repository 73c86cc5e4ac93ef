import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  AdapterFault,
  type AdapterManifest,
  type AdapterModule,
  type OperationManifest,
} from '../adapter-kit/adapter.ts'
import { operationRef } from '../model/ids.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { isRecord } from '../schema/json.ts'
import { lineIn, type LocatedMistake } from '../schema/read-yaml.ts'
import { reportMistake, type ReportRule } from './adapter-report.ts'
import type { AdapterPlace } from './adapter-places.ts'
import type { AdapterEntry, OperationEntry } from './entries.ts'
import { folderDigest } from './folder-digest.ts'
import { type AdapterCode, entryFile, importAdapter } from './import-adapter.ts'
import { mapMistakes } from './judge-map.ts'
import { subjectMistake } from './judge-subject.ts'
import { type AdapterClaim, claimOf } from './left-out.ts'
import { readManifest } from './read-manifest.ts'
import { readSchemaFile } from './read-schema-file.ts'
import type { Loaded } from './refused.ts'
import { subjectKinds } from './subject-kinds.ts'

export interface LoadedAdapters {
  readonly loaded: readonly AdapterEntry[]
  readonly refused: readonly RefusedAdapter[]
}

export interface RefusedAdapter {
  /** Its id, or how the operator names it where that cannot be read. */
  readonly name: string
  readonly folder: string | undefined
  readonly plugged: boolean
  readonly claim: AdapterClaim
  readonly mistakes: readonly LocatedMistake[]
}

export interface LoadingAdapters {
  /** Which adapters from elsewhere are loaded at all; absent: all. */
  readonly reports?: ReportRule | undefined
  /** Those in use: what did not change is not judged again. */
  readonly before?: ReadonlyMap<string, AdapterEntry> | undefined
}

/** A broken adapter is named with its reasons and does not hide the others'. */
export async function loadAdapters(
  root: string,
  places: readonly AdapterPlace[],
  { reports, before }: LoadingAdapters = {},
): Promise<LoadedAdapters> {
  const judge = compileSchema(pathToFileURL(join(root, 'schemas/adapter-manifest.v1.schema.json')))
  const results = await Promise.all(places.map((place) => loadAdapter({ root, place, judge, reports, before })))
  const seen = new Set<string>()
  const judged = results.map((result, index) => withoutTwins(result, places[index]?.name ?? '', seen))
  return {
    loaded: judged.flatMap(({ loaded }) => loaded),
    refused: places.flatMap((place, index) => {
      const { loaded = [], mistakes = [] } = judged[index] ?? {}
      return loaded.length === 0 ? [{ ...place, claim: claimOf(place), mistakes }] : []
    }),
  }
}

/** Two adapters for one registry would leave to chance which of them asks it. */
function withoutTwins(result: Loaded<AdapterEntry>, name: string, seen: Set<string>): Loaded<AdapterEntry> {
  const [entry] = result.loaded
  if (entry === undefined) return result
  if (seen.has(entry.manifest.id)) return refused(name, [at(entry.folder, 'another adapter has this id')])
  seen.add(entry.manifest.id)
  return result
}

interface Source extends LoadingAdapters {
  readonly root: string
  readonly place: AdapterPlace
  readonly judge: ReturnType<typeof compileSchema>
}

const at = (file: string, message: string): LocatedMistake => ({ file, line: 1, message })

const refused = (adapter: string, mistakes: readonly LocatedMistake[]): Loaded<AdapterEntry> => ({
  loaded: [],
  mistakes: mistakes.map((mistake) => ({ ...mistake, message: `adapter ${adapter}: ${mistake.message}` })),
})

async function loadAdapter(source: Source): Promise<Loaded<AdapterEntry>> {
  const { folder, name } = source.place
  if (folder === undefined) return refused(name, [at(name, 'there is no such package with an adapter.json')])
  try {
    return await loadFrom(source, folder)
  } catch (error) {
    const code = isRecord(error) ? error['code'] : undefined
    // Of the system: a file that may not be read, a link that leads to itself. Anything else is edno's own mistake.
    if (typeof code !== 'string' || !(error instanceof Error) || !('syscall' in error)) throw error
    return refused(name, [at(folder, `its files cannot be read: ${code}`)])
  }
}

async function loadFrom(source: Source, folder: string): Promise<Loaded<AdapterEntry>> {
  const old = [...(source.before?.values() ?? [])].find((entry) => entry.folder === folder)
  const isSame = old !== undefined && existsSync(folder) && folderDigest(folder) === old.digest
  return isSame && source.reports === undefined ? { loaded: [old], mistakes: [] } : loadAnew(source, folder)
}

async function loadAnew({ root, place, judge, reports }: Source, folder: string): Promise<Loaded<AdapterEntry>> {
  const { name, plugged } = place
  const mistakes: LocatedMistake[] = []
  const ownName = plugged ? undefined : name
  const manifest = readManifest({ root, folder, id: ownName, judge }, mistakes)
  if (manifest === undefined) return refused(name, mistakes)
  const file = relative(root, join(folder, 'adapter.json'))
  const hasCode = entryFile(folder, ownName) !== undefined
  const operations = manifest.operations.flatMap((operation) => {
    const entry = loadOperation({ root, folder, manifest, hasCode }, operation)
    if ('ref' in entry) return [entry]
    const prefix = `${operation.id}@${operation.version}: `
    mistakes.push(
      ...entry.map((why) => ({ ...at(relative(root, why.file), `${prefix}${why.message}`), line: why.line })),
    )
    return []
  })
  const digest = folderDigest(folder)
  // Before any of its code is run.
  const unreported = plugged && reports && reportMistake({ folder, digest, id: manifest.id }, reports)
  if (typeof unreported === 'string') return refused(name, [at(file, unreported)])
  const module = await moduleOf({ folder, ownName, manifest, digest }, hasCode)
  if (typeof module === 'string') mistakes.push(at(file, module))
  if (mistakes.length > 0 || typeof module === 'string') return refused(name, mistakes)
  return { loaded: [{ manifest, folder, module, operations, digest, plugged }], mistakes: [] }
}

/** Of one that runs in a thread of its own not even the import may hold up or end edno: what is wrong is seen when it is opened. */
const moduleOf = async (code: AdapterCode, hasCode: boolean): Promise<AdapterModule | string> =>
  hasCode && code.manifest.isolation === 'worker' ? IN_ITS_THREAD : importAdapter(code)

const IN_ITS_THREAD: AdapterModule = {
  open: () => Promise.reject(new AdapterFault('unavailable', 'it is opened in a thread of its own')),
}

interface OperationSource {
  readonly root: string
  readonly folder: string
  readonly manifest: AdapterManifest
  readonly hasCode: boolean
}

/** The entry, or what is wrong with the operation's files. */
function loadOperation(
  { root, folder, manifest, hasCode }: OperationSource,
  operation: OperationManifest,
): OperationEntry | readonly LocatedMistake[] {
  const own = join(folder, operation.folder)
  const input = readSchemaFile(join(own, 'input.schema.json'))
  const evidence = readSchemaFile(join(own, 'evidence.schema.json'))
  if ('message' in input) return [input]
  if ('message' in evidence) return [evidence]
  const transport = operation.transport ?? manifest.transport
  const { idempotent, subject } = operation
  const mistakes = mapMistakes({ root, folder: own, transport, idempotent, subject, input, evidence }, !hasCode)
  if (mistakes.length > 0) return mistakes
  const unasked = subjectMistake(operation, { input, evidence })
  if (unasked !== undefined) {
    const file = join(folder, 'adapter.json')
    return [{ file, line: atSubject(file, manifest, operation), message: unasked }]
  }
  return {
    ref: operationRef(`${manifest.id}/${operation.id}@${operation.version}`),
    manifest: operation,
    adapter: manifest.id,
    provider: manifest.provider.id,
    registryName: manifest.registry.name,
    title: operation.title,
    inputFields: [...input.paths.all],
    requiredInput: input.paths.required,
    fields: [...evidence.paths.all],
    lists: [...evidence.paths.lists],
    subjectKinds: subject === 'none' ? [] : subjectKinds(input.schema, subject.input),
    acceptsInput: input.accepts,
    acceptsEvidence: evidence.accepts,
    misfitOf: evidence.misfitOf,
  }
}

function atSubject(file: string, { operations }: AdapterManifest, operation: OperationManifest): number {
  return lineIn(file, `/operations/${operations.indexOf(operation)}/subject`)
}
