import { emptyWindows, type RegistryLimits } from '../model/registry-limits.ts'
import type { ConfigFile, RegistryConfig } from './config.ts'
import { isLayer, type Layer } from './layers.ts'

/** Addresses and limits stand together in the file, and apart in edno: one registry may have either without the other. */
export function registriesOf(sum: Layer): Pick<ConfigFile, 'registries' | 'registryLimits'> {
  const entries = Object.entries(isLayer(sum['registries']) ? sum['registries'] : {}) as [string, Entry][]
  const addressed = entries.flatMap(([id, { limits: _limits, ...address }]) =>
    address.url === undefined ? [] : [[id, address as RegistryConfig] as const],
  )
  const limited = entries.flatMap(([id, { limits }]) => (limits === undefined ? [] : [[id, limits] as const]))
  return { registries: Object.fromEntries(addressed), registryLimits: Object.fromEntries(limited) }
}

type Entry = Partial<RegistryConfig> & { readonly limits?: RegistryLimits }

export const downtimeMistakes = ({ registryLimits }: ConfigFile): readonly string[] =>
  Object.entries(registryLimits).flatMap(([id, limits]) =>
    emptyWindows(limits).map((index) => `/registries/${id}/limits/plannedDowntime/${index} ends before it begins`),
  )
