import type { AdapterEntry, Catalogue } from '../catalogue/entries.ts'
import type { LiveAdapters } from '../catalogue/live-adapters.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { placedLines, placeMistakes } from '../config/mistake-places.ts'
import type { Config } from '../config/config.ts'
import type { Logger } from '../ops/logger.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import { openAdapters } from '../catalogue/open-adapters.ts'
import { readEndpoint } from './keys.ts'
import { endpointIn, type Registries } from './registries.ts'

/** How the configuration is read again while edno runs. */
export interface Reread {
  readonly config: () => Config
  /** The operator's own file, where there is one. */
  readonly file: string | undefined
  /** Where the mistakes of a refusal stand. */
  readonly placed: (refused: ConfigRefused) => readonly LocatedMistake[]
}

/** Without files that can be read again, of no place. */
export const placedBy = (reread: Reread | undefined, refused: ConfigRefused): readonly LocatedMistake[] =>
  reread?.placed(refused) ?? placeMistakes(refused.mistakes, { files: [], environment: {} })

export interface PlugParts {
  readonly adapters: LiveAdapters
  readonly registries: Registries
  /** Registries that this process is to ask. */
  readonly wanted: 'all' | ReadonlySet<string>
  /** Those of them whose adapters it has open; grows with what is plugged in, or mended. */
  readonly served: Set<string>
  readonly reread: Reread | undefined
}

/** In which role: it accepts exchanges, or it works for these registries (none named: for all). */
export type Role = 'serve' | { readonly worksFor: readonly string[] }

/** Which registries this process asks. */
export function namedBy(role: Role, { inProcess }: Config['dispatch']): 'all' | readonly string[] {
  if (role === 'serve') return inProcess
  return role.worksFor.length === 0 ? 'all' : role.worksFor
}

export interface PlugSource {
  readonly config: Config
  readonly logger: Logger
  readonly role: Role
  readonly served: Set<string>
  readonly registries: Registries
  readonly catalogue: Pick<Catalogue, 'adapters'>
  readonly reread?: Reread
}

/**
 * Opens what there is at the start; what does not open leaves `served`, so that others are let ask. Throws `CatalogueRefused` for
 * adapters of edno's own that do not open.
 */
export async function openPlug({
  config,
  logger,
  role,
  served,
  registries,
  ...more
}: PlugSource): Promise<AdapterPlug> {
  const endpoints = new Map([...served].map((id) => [id, registries.endpointOf(id)]))
  const adapters = await openAdapters(more.catalogue, endpoints, (adapter, reason) =>
    logger.error('an adapter is refused', { mistake: `adapter ${adapter}: ${reason}` }),
  )
  const named = namedBy(role, config.dispatch)
  for (const id of [...served]) if (!adapters.isOpen(id)) served.delete(id)
  return new AdapterPlug({
    ...{ adapters, registries, served },
    wanted: named === 'all' ? named : new Set(named),
    reread: more.reread,
  })
}

/** What of the configuration may change while edno runs: which adapters there are, and where their registries are. */
const LIVE = ['adapters', 'registries', 'registryDatabases', 'registryLimits'] as const

/** Puts adapters in, replaces and removes them while edno runs; the keeper of the rules says when. */
export class AdapterPlug {
  readonly #parts: PlugParts
  #added: (registry: string) => void = () => undefined

  constructor(parts: PlugParts) {
    this.#parts = parts
  }

  get adapters(): LiveAdapters {
    return this.#parts.adapters
  }

  readonly close = (): Promise<void> => this.#parts.adapters[Symbol.asyncDispose]()

  /** Told of each registry that is plugged in from now on. */
  onAdded(listener: (registry: string) => void): void {
    this.#added = listener
  }

  get reread(): Reread | undefined {
    return this.#parts.reread
  }

  /** As the files say now. Throws `ConfigRefused`. */
  configNow(config: Config): Config {
    const { reread } = this.#parts
    if (reread === undefined) return config
    const now = reread.config()
    // What services may name; the standard class is that of the process.
    const retention = { ...config.retention, classes: now.retention.classes }
    return Object.freeze({ ...config, ...Object.fromEntries(LIVE.map((name) => [name, now[name]])), retention })
  }

  /** Opens one that is new or other; it is asked nothing yet. @returns why it does not open. */
  async stage(entry: AdapterEntry, config: Config): Promise<string | undefined> {
    const { adapters, wanted } = this.#parts
    const { id } = entry.manifest
    if (wanted !== 'all' && !wanted.has(id)) return undefined
    try {
      return await adapters.stage(entry, this.#endpointOf(id, config))
    } catch (error) {
      if (error instanceof ConfigRefused) return placedLines(placedBy(this.#parts.reread, error)).join('; ')
      return `its address cannot be used: ${error instanceof Error ? error.message : 'unknown reason'}`
    }
  }

  #endpointOf(registry: string, config: Config) {
    const files = endpointIn(config, registry)
    return files === undefined ? this.#parts.registries.endpointOf(registry) : readEndpoint(files)
  }

  commit({ adapters: entries }: Pick<Catalogue, 'adapters'>): void {
    const { adapters, served } = this.#parts
    adapters.commit(entries)
    for (const id of entries.keys())
      if (adapters.isOpen(id) && !served.has(id)) {
        served.add(id)
        this.#added(id)
      }
  }

  discard(): void {
    this.#parts.adapters.discard()
  }
}
