import type { Catalogue } from './entries.ts'
import type { ReportRule } from './adapter-report.ts'
import { adapterPlaces } from './adapter-places.ts'
import { loadAdapters } from './load-adapters.ts'
import { loadServices } from './load-services.ts'
import { regixServices } from './regix-services.ts'
import { CatalogueRefused } from './refused.ts'

export type { Catalogue } from './entries.ts'

export interface CatalogueFiles {
  /** Absolute folder of the checkout or installation: service files name their schemas relative to it. */
  readonly root: string
  /** Absolute; default `adapters` in the root. */
  readonly adapters?: string
  /** Adapters from elsewhere: absolute folders, or names of npm packages. */
  readonly plugged?: readonly string[]
  /** Which of these are opened at all; absent: all. */
  readonly reports?: ReportRule
  /** Absolute; default `config/services` in the root. */
  readonly services?: string
  /** Codes of the known legal bases. */
  readonly legalBases: ReadonlySet<string>
}

/** Loads and lints adapters and services. Throws `CatalogueRefused` with all mistakes, each with file and line. */
export async function loadCatalogue(files: CatalogueFiles): Promise<Catalogue> {
  const { root } = files
  const adapters = await loadAdapters(
    root,
    adapterPlaces(root, files.adapters ?? `${root}/adapters`, files.plugged),
    files.reports,
  )
  const operations = new Map(
    adapters.loaded.flatMap((adapter) => adapter.operations.map((entry) => [entry.ref, entry])),
  )
  const services = loadServices({
    root,
    folder: files.services ?? `${files.root}/config/services`,
    legalBases: files.legalBases,
    operations,
    brokenAdapters: adapters.broken,
  })
  const mistakes = [...adapters.mistakes, ...services.mistakes]
  if (mistakes.length > 0) throw new CatalogueRefused(mistakes)
  const alone = regixServices(adapters.loaded, files.legalBases)
  const all = [...services.loaded, ...alone.services]
  return {
    regix: alone.regix,
    adapters: new Map(adapters.loaded.map((adapter) => [adapter.manifest.id, adapter])),
    operations,
    services: new Map(all.map((service) => [service.definition.ref, service])),
  }
}
