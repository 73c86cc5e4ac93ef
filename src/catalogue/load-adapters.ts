import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  ADAPTER_API,
  type AdapterManifest,
  type AdapterModule,
  type OperationManifest,
} from '../adapter-kit/adapter.ts'
import { operationRef } from '../model/ids.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { emptyWindows } from '../model/registry-limits.ts'
import { type LocatedMistake, locateMistakes, readYaml, type YamlFile, YamlRefused } from '../schema/read-yaml.ts'
import type { AdapterEntry, OperationEntry } from './entries.ts'
import { readSchemaFile } from './read-schema-file.ts'
import type { Loaded } from './refused.ts'

export interface LoadedAdapters extends Loaded<AdapterEntry> {
  /** Folders that were refused: what services miss of them is not their mistake. */
  readonly broken: ReadonlySet<string>
}

/** Every folder with an `adapter.json`. A broken adapter is named with its reasons and does not hide the others'. */
export async function loadAdapters(root: string, folder: string): Promise<LoadedAdapters> {
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, 'adapter.json')))
        .sort()
    : []
  const judge = compileSchema(pathToFileURL(join(root, 'schemas/adapter-manifest.v1.schema.json')))
  const results = await Promise.all(names.map((name) => loadAdapter({ root, folder: join(folder, name), name, judge })))
  return {
    loaded: results.flatMap(({ loaded }) => loaded),
    mistakes: results.flatMap(({ mistakes }) => mistakes),
    broken: new Set(names.filter((_name, index) => results[index]?.loaded.length === 0)),
  }
}

interface Source {
  readonly root: string
  readonly folder: string
  readonly name: string
  readonly judge: ReturnType<typeof compileSchema>
}

async function loadAdapter(source: Source): Promise<Loaded<AdapterEntry>> {
  const file = relative(source.root, join(source.folder, 'adapter.json'))
  const mistakes: LocatedMistake[] = []
  const manifest = readManifest(source, mistakes)
  if (manifest === undefined) return { loaded: [], mistakes: named(source.name, mistakes) }
  const operations = manifest.operations.flatMap((operation) => {
    const entry = loadOperation(source, manifest, operation)
    if (typeof entry !== 'string') return [entry]
    mistakes.push({ file, line: 1, message: `${operation.id}@${operation.version}: ${entry}` })
    return []
  })
  const module = await importAdapter(source.folder, source.name)
  if (typeof module === 'string') mistakes.push({ file, line: 1, message: module })
  if (mistakes.length > 0 || typeof module === 'string') return { loaded: [], mistakes: named(source.name, mistakes) }
  return { loaded: [{ manifest, folder: source.folder, module, operations }], mistakes: [] }
}

const named = (adapter: string, mistakes: readonly LocatedMistake[]): readonly LocatedMistake[] =>
  mistakes.map((mistake) => ({ ...mistake, message: `adapter ${adapter}: ${mistake.message}` }))

/** JSON is YAML, and the YAML reader knows the lines. */
function readManifest({ root, folder, name, judge }: Source, mistakes: LocatedMistake[]): AdapterManifest | undefined {
  const path = join(folder, 'adapter.json')
  try {
    const yaml = { ...readYaml(path), file: relative(root, path) }
    const api = (yaml.value as { adapterApi?: unknown } | null)?.adapterApi
    if (api !== ADAPTER_API) {
      const message = `adapterApi is ${JSON.stringify(api)}; this edno speaks ${ADAPTER_API}`
      mistakes.push({ file: yaml.file, line: yaml.lineOf(['adapterApi']), message })
      return undefined
    }
    mistakes.push(...locateMistakes(yaml, judge(yaml.value)))
    if (mistakes.length > 0) return undefined
    const manifest = yaml.value as AdapterManifest
    mistakes.push(...downtimeMistakes(yaml, manifest))
    if (manifest.id === name) return mistakes.length > 0 ? undefined : manifest
    mistakes.push({
      file: yaml.file,
      line: yaml.lineOf(['id']),
      message: `id "${manifest.id}" is not the folder's name`,
    })
  } catch (error) {
    if (!(error instanceof YamlRefused)) throw error
    mistakes.push(...error.mistakes.map((mistake) => ({ ...mistake, file: relative(root, mistake.file) })))
  }
  return undefined
}

function downtimeMistakes(yaml: YamlFile, { limits = {} }: AdapterManifest): readonly LocatedMistake[] {
  return emptyWindows(limits).map((index) => ({
    file: yaml.file,
    line: yaml.lineOf(['limits', 'plannedDowntime', index]),
    message: `limits.plannedDowntime.${index} ends before it begins`,
  }))
}

/** The entry, or what is wrong with the operation's files. */
function loadOperation(
  source: Source,
  manifest: AdapterManifest,
  operation: OperationManifest,
): OperationEntry | string {
  const folder = join(source.folder, operation.folder)
  const input = readSchemaFile(join(folder, 'input.schema.json'))
  const evidence = readSchemaFile(join(folder, 'evidence.schema.json'))
  if (typeof input === 'string') return input
  if (typeof evidence === 'string') return evidence
  const { subject } = operation
  if (!input.paths.all.has(subject.input)) return `subject.input "${subject.input}" is no input field`
  if (subject.answer !== undefined && !evidence.paths.all.has(subject.answer))
    return `subject.answer "${subject.answer}" is no field of the evidence`
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
    acceptsInput: input.accepts,
    acceptsEvidence: evidence.accepts,
  }
}

const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts')

/** Compiled adapters lie in the tree that this file was compiled into; their data stays beside the manifest. */
function entryFile(folder: string, name: string): string | undefined {
  const compiled = fileURLToPath(new URL(`../../adapters/${name}/index.js`, import.meta.url))
  const places = RUNS_FROM_SOURCE
    ? [join(folder, 'index.ts'), join(folder, 'index.js')]
    : [join(folder, 'index.js'), compiled]
  return places.find((place) => existsSync(place))
}

/** The module, or why there is none. */
async function importAdapter(folder: string, name: string): Promise<AdapterModule | string> {
  const file = entryFile(folder, name)
  if (file === undefined) return 'there is no index file beside the manifest'
  try {
    const { default: module } = (await import(pathToFileURL(file).href)) as { default?: Partial<AdapterModule> }
    return typeof module?.open === 'function'
      ? (module as AdapterModule)
      : 'its default export is not defineAdapter({ open })'
  } catch (error) {
    return `cannot be imported: ${error instanceof Error ? error.message : 'unknown reason'}`
  }
}
