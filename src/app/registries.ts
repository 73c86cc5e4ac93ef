import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { registryKeyMistakes } from '../config/own-key-mistakes.ts'
import { type Simulator, startSimulator } from '../simulator/start-simulator.ts'
import type { Catalogue } from '../catalogue/entries.ts'
import { type EndpointPem, type Keys, readEndpoint } from './keys.ts'

/** Where every registry of the catalogue is asked. */
export interface Registries {
  readonly endpointOf: (registry: string) => EndpointPem
  readonly simulator?: Simulator
  readonly close: () => Promise<void>
}

/**
 * Configured endpoints; in development the simulated registries stand in for those that are not configured. Throws `ConfigRefused`
 * where a registry that is wanted has no address, or edno's key for it is none.
 */
export async function openRegistries(
  config: Config,
  keys: Keys,
  { adapters }: Pick<Catalogue, 'adapters'>,
  wanted: readonly string[],
): Promise<Registries> {
  const mistakes = registryKeyMistakes(config, wanted)
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
  const missing = wanted.filter((registry) => endpointIn(config, registry) === undefined)
  if (missing.length === 0) return configured(config)
  if (!config.simulateRegistries || keys.development === undefined)
    throw new ConfigRefused(missing.map((registry) => `/registries/${registry} is missing: where is this registry?`))
  const { caFile, broker, registries, registrySeal } = keys.development
  const simulator = await startSimulator({
    adaptersFolder: config.adaptersFolder,
    alsoFolders: pluggedFolders({ adapters }),
    castFile: join(config.root, 'config', 'demo', 'cast.yaml'),
    tls: {
      key: readFileSync(registries.keyFile, 'utf8'),
      certificate: readFileSync(registries.certificateFile, 'utf8'),
      ca: readFileSync(caFile, 'utf8'),
    },
    seal: {
      key: readFileSync(registrySeal.keyFile, 'utf8'),
      certificate: readFileSync(registrySeal.certificateFile, 'utf8'),
    },
  })
  const simulated = (registry: string): EndpointPem =>
    readEndpoint({ url: simulator.url(registry), caFile, ...broker.client })
  return {
    endpointOf: (registry) => (missing.includes(registry) ? simulated(registry) : configuredEndpoint(config, registry)),
    simulator,
    close: () => simulator.close(),
  }
}

export const pluggedFolders = ({ adapters }: Pick<Catalogue, 'adapters'>): readonly string[] =>
  [...adapters.values()].filter(({ plugged }) => plugged).map(({ folder }) => folder)

const configured = (config: Config): Registries => ({
  endpointOf: (registry) => configuredEndpoint(config, registry),
  close: () => Promise.resolve(),
})

function configuredEndpoint(config: Config, registry: string): EndpointPem {
  const endpoint = endpointIn(config, registry)
  if (endpoint === undefined) throw new ConfigRefused([`/registries/${registry} is missing: where is this registry?`])
  return readEndpoint(endpoint)
}

export const endpointIn = ({ registries, registryDatabases }: Config, registry: string) =>
  registries[registry] ?? registryDatabases[registry]
