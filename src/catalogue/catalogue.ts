import type { AdapterManifest, AdapterModule, OperationInput, OperationManifest } from '../adapter-kit/adapter.ts'
import type { OperationRef, ServiceRef } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { Service } from '../model/service.ts'
import { loadAdapters } from './load-adapters.ts'
import { loadServices } from './load-services.ts'
import { CatalogueRefused } from './refused.ts'

/** One operation that services may call. */
export interface OperationEntry {
  readonly ref: OperationRef
  readonly manifest: OperationManifest
  /** Id of the adapter, which is the registry part of the reference. */
  readonly adapter: string
  /** The party that owns the registry. */
  readonly provider: string
  readonly registryName: LocalisedText
  readonly title: LocalisedText
  readonly inputFields: readonly string[]
  readonly requiredInput: readonly string[]
  /** All dotted evidence paths, inner nodes too; lists are transparent. */
  readonly fields: readonly string[]
  /** Those of `fields` whose value is a list. */
  readonly lists: readonly string[]
  readonly acceptsInput: (input: OperationInput) => boolean
  readonly acceptsEvidence: (evidence: unknown) => boolean
}

export interface AdapterEntry {
  readonly manifest: AdapterManifest
  /** Absolute folder of the manifest. */
  readonly folder: string
  readonly module: AdapterModule
  readonly operations: readonly OperationEntry[]
}

/** A service together with the reader of its body. */
export interface KnownService {
  readonly definition: Service
  /** Throws `service.input` naming fields and rules, never values. */
  readonly readBody: (body: JsonObject) => JsonObject
}

/** What can be asked at all. */
export interface Catalogue {
  readonly services: ReadonlyMap<ServiceRef, KnownService>
  readonly operations: ReadonlyMap<OperationRef, OperationEntry>
  readonly adapters: ReadonlyMap<string, AdapterEntry>
}

export interface CatalogueFiles {
  /** Absolute folder of the checkout or installation: service files name their schemas relative to it. */
  readonly root: string
  /** Absolute; default `adapters` in the root. */
  readonly adapters?: string
  /** Absolute; default `config/services` in the root. */
  readonly services?: string
  /** Codes of the known legal bases. */
  readonly legalBases: ReadonlySet<string>
}

/** Loads and lints adapters and services. Throws `CatalogueRefused` with all mistakes, each with file and line. */
export async function loadCatalogue(files: CatalogueFiles): Promise<Catalogue> {
  const adapters = await loadAdapters(files.root, files.adapters ?? `${files.root}/adapters`)
  const operations = new Map(
    adapters.loaded.flatMap((adapter) => adapter.operations.map((entry) => [entry.ref, entry])),
  )
  const services = loadServices({
    root: files.root,
    folder: files.services ?? `${files.root}/config/services`,
    legalBases: files.legalBases,
    operations,
    brokenAdapters: adapters.broken,
  })
  const mistakes = [...adapters.mistakes, ...services.mistakes]
  if (mistakes.length > 0) throw new CatalogueRefused(mistakes)
  return {
    adapters: new Map(adapters.loaded.map((adapter) => [adapter.manifest.id, adapter])),
    operations,
    services: new Map(services.loaded.map((service) => [service.definition.ref, service])),
  }
}
