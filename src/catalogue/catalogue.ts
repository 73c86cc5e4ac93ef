import type { Catalogue } from './entries.ts'
import type { ReportRule } from './adapter-report.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import { adapterPlaces } from './adapter-places.ts'
import { leftOutOf } from './left-out.ts'
import { keepAdapters, type KeptAdapters, type Replacing } from './keep-adapters.ts'
import { type LoadedAdapters, loadAdapters } from './load-adapters.ts'
import { loadServices, type RetentionClasses } from './load-services.ts'
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
  /** Absent at the start. */
  readonly replacing?: Replacing
  /** Absolute; default `config/services` in the root. */
  readonly services?: string
  /** Codes of the known legal bases. */
  readonly legalBases: ReadonlySet<string>
  /** Absent: there is the standard class only. */
  readonly retention?: RetentionClasses
}

/** Loads and lints adapters and services. Throws `CatalogueRefused` with all mistakes, each with file and line. */
export async function loadCatalogue(files: CatalogueFiles): Promise<Catalogue> {
  const { root } = files
  const places = adapterPlaces(root, files.adapters ?? `${root}/adapters`, files.plugged)
  const read = await loadAdapters(root, places, { reports: files.reports, before: files.replacing?.before })
  const kept =
    files.replacing === undefined ? atStart(read) : { ...(await keepAdapters(read, files.replacing)), fatal: [] }
  const adapters = new Map(kept.adapters.map((adapter) => [adapter.manifest.id, adapter]))
  const operations = new Map(kept.adapters.flatMap((adapter) => adapter.operations.map((entry) => [entry.ref, entry])))
  const leftOut = leftOutOf(kept.claims, new Set(adapters.keys()))
  const services = loadServices({
    root,
    folder: files.services ?? `${root}/config/services`,
    legalBases: files.legalBases,
    retention: files.retention ?? {},
    operations,
    leftOut,
  })
  const mistakes = [...kept.fatal, ...services.mistakes]
  if (mistakes.length > 0) throw new CatalogueRefused(mistakes)
  const alone = regixServices(kept.adapters, files.legalBases)
  const all = [...services.loaded, ...alone.services]
  return {
    regix: alone.regix,
    adapters,
    operations,
    services: new Map(all.map((service) => [service.definition.ref, service])),
    refused: kept.mistakes,
    leftOut,
  }
}

/** One of edno's own that is broken is a broken edno; one from elsewhere is left out. */
function atStart({ loaded, refused }: LoadedAdapters): KeptAdapters & { readonly fatal: readonly LocatedMistake[] } {
  const of = (plugged: boolean) => refused.filter((one) => one.plugged === plugged).flatMap((one) => one.mistakes)
  return { adapters: loaded, mistakes: of(true), fatal: of(false), claims: refused.map(({ claim }) => claim) }
}
