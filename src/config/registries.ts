import { emptyWindows, type RegistryLimits } from '../model/registry-limits.ts'
import type { ConfigFile, RegistryConfig, RegistryDatabaseConfig } from './config.ts'
import { isLayer, type Layer } from './layers.ts'
import { staysHere } from './stays-here.ts'

/** Addresses and limits stand together in the file, and apart in edno: one registry may have either without the other. */
export function registriesOf(sum: Layer): Pick<ConfigFile, 'registries' | 'registryDatabases' | 'registryLimits'> {
  const entries = Object.entries(isLayer(sum['registries']) ? sum['registries'] : {}) as [string, Entry][]
  const addressed = entries.flatMap(([id, { limits: _limits, ...address }]) =>
    address.url === undefined ? [] : [[id, address as RegistryConfig | RegistryDatabaseConfig] as const],
  )
  const limited = entries.flatMap(([id, { limits }]) => (limits === undefined ? [] : [[id, limits] as const]))
  return {
    registries: Object.fromEntries(addressed.filter((entry) => !isDatabase(entry[1]))) as ConfigFile['registries'],
    registryDatabases: Object.fromEntries(addressed.filter((entry) => isDatabase(entry[1]))),
    registryLimits: Object.fromEntries(limited),
  }
}

type Entry = Partial<RegistryConfig & RegistryDatabaseConfig> & { readonly limits?: RegistryLimits }

const isDatabase = ({ url }: { readonly url: string }): boolean => /^postgres(ql)?:/.test(url)

/** Questions hold identifiers of persons: beyond this machine they travel encrypted, to somebody who is known. */
export const databaseRegistryMistakes = ({ registryDatabases }: ConfigFile): readonly string[] =>
  Object.entries(registryDatabases)
    .filter(([, { url, caFile }]) => caFile === undefined && !staysHere(hostOf(url)))
    .map(([id]) => `/registries/${id} is a database of another machine: caFile must say who may be it`)

/** `role@/name?host=/folder` is an address of no host. */
const hostOf = (url: string): string => new URL(url.replace('@/', '@localhost/')).hostname.replace(/^\[(.+)\]$/, '$1')

export const downtimeMistakes = ({ registryLimits }: ConfigFile): readonly string[] =>
  Object.entries(registryLimits).flatMap(([id, limits]) =>
    emptyWindows(limits).map((index) => `/registries/${id}/limits/plannedDowntime/${index} ends before it begins`),
  )
